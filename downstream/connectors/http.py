"""What an HTTP answer, or its absence, means for a delivery: the one table of statuses."""

from datetime import datetime

from downstream.errors import AccessDenied, BadData, DeliveryError, Exists, Missing, Throttled, Transient
from lib.outbound import Answer, Forbidden, OutboundError, Untrusted, pause_asked_for

# How much of an answer is told to people.
SHOWN = 200


def refusal(answer: Answer, host: str, *, now: datetime) -> DeliveryError | None:
    """None: it is done."""
    if 200 <= answer.status < 300:
        return None
    pause = pause_asked_for(answer.headers, now)
    if answer.status == 429 or (answer.status == 503 and pause is not None):
        return Throttled(f"{host} asks to slow down ({answer.status}).", retry_after=pause)
    return _refused(answer, host)


def _refused(answer: Answer, host: str) -> DeliveryError:
    status, said = answer.status, _excerpt(answer)
    match status:
        case 401 | 403 | 407:
            return AccessDenied(f"{host} refuses the sign-in ({status}): mend the credentials.{said}")
        case 408 | 425:
            return Transient(f"{host} was not ready for the request ({status}).{said}")
        case 404:
            return Missing(f"{host} knows nothing at that address (404).{said}")
        case 409:
            return Exists(f"{host} has something in the way (409).{said}")
        case 410:
            return BadData(f"{host} does not want this any more (410).{said}")
    if 300 <= status < 400:
        moved = answer.headers.get("location", "")[:SHOWN] or "somewhere else"
        return AccessDenied(f"{host} redirects to {moved} ({status}): enter the address that it has now.")
    if 400 <= status < 500:
        return BadData(f"{host} refuses the request ({status}).{said}")
    return Transient(f"{host} failed ({status}).{said}")


def no_answer(error: OutboundError) -> DeliveryError:
    """Whether it was carried out is not known."""
    if isinstance(error, Forbidden | Untrusted):
        return AccessDenied(str(error))
    return Transient(str(error))


def _excerpt(answer: Answer) -> str:
    """The beginning of what the server says, on one line."""
    if not answer.headers.get("content-type", "").startswith(("text/plain", "application/json")):
        return ""
    text = " ".join(answer.body[: 4 * SHOWN].decode(errors="replace").split())
    return f" It says: {text[:SHOWN]}" if text else ""
