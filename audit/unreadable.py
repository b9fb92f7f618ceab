"""Events that somebody changed in the database: pages show what can still be read of them."""

from __future__ import annotations

from typing import Any

from audit.log_event import SubjectType
from audit.models import Event
from lib.moments import utc_text

SENTENCE = "This event was changed and can't be read"
_TYPES = frozenset(SubjectType)
_NAMES = ("id", "type", "alternateId", "displayName")


def readable(event: Event) -> dict[str, Any]:
    """The LogEvent; what the columns say, if the body is none."""
    try:
        document = event.document
        if _is_log_event(document):
            return document
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
        pass
    return _stand_in(event)


def _is_log_event(document: dict[str, Any]) -> bool:
    """As far as pages look into it. Raises what `readable` catches if it is far from one."""
    people = [document["actor"], *(document["target"] or ())]
    changes = [one.get("changeDetails") or {"from": {}, "to": {}} for one in document["target"] or ()]
    texts = [document[name] for name in ("uuid", "published", "eventType", "displayMessage")]
    maps = [document["outcome"], document["client"], document["transaction"], document["request"]]
    maps += [document["authenticationContext"], document["debugContext"]["debugData"]]
    maps += [side for change in changes for side in (change["from"], change["to"])]
    reason = document["outcome"]["reason"]
    return (
        all(isinstance(one[name], str) for one in people for name in _NAMES)
        and all(one["type"] in _TYPES for one in document["target"] or ())
        and all(isinstance(text, str) for text in texts)
        and all(isinstance(one, dict) for one in maps)
        and (reason is None or isinstance(reason, str))
    )


def _stand_in(event: Event) -> dict[str, Any]:
    actor = {"id": event.actor_id, "type": "Unknown", "alternateId": "unknown", "displayName": "Somebody"}
    return {
        "uuid": str(event.uuid),
        "published": utc_text(event.published),
        "eventType": event.event_type,
        "version": "0",
        "severity": event.severity,
        "legacyEventType": None,
        "displayMessage": SENTENCE,
        "actor": actor | {"detailEntry": None},
        "client": dict.fromkeys(("ipAddress", "userAgent", "zone", "device", "id", "geographicalContext")),
        "outcome": {"result": event.result, "reason": f"{SENTENCE}. The page Integrity says more."},
        "target": None,
        "transaction": {"type": "JOB", "id": event.transaction_id, "detail": {}},
        "debugContext": {"debugData": {}},
        "authenticationContext": {},
        "securityContext": {},
        "request": {"ipChain": []},
    }
