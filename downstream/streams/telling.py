"""What the log says of its streams."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from audit.actor import Actor, system_actor
from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Change, Entry, Subject, SubjectType
from audit.services import record
from downstream.errors import DeliveryError
from downstream.models import LogStream
from downstream.streams.sinks import Refused


class Step(StrEnum):
    """What people do with a stream."""

    CREATED = "created"
    CHANGED = "changed"
    ACTIVATED = "activated"
    DEACTIVATED = "deactivated"
    DELETED = "deleted"


# Okta has one word for streams and another one for hooks.
OF_STREAMS = {
    Step.CREATED: EventType.STREAM_CREATED,
    Step.CHANGED: EventType.STREAM_CHANGED,
    Step.ACTIVATED: EventType.STREAM_ACTIVATED,
    Step.DEACTIVATED: EventType.STREAM_DEACTIVATED,
    Step.DELETED: EventType.STREAM_DELETED,
}
OF_HOOKS = {
    Step.CREATED: EventType.HOOK_CREATED,
    Step.CHANGED: EventType.HOOK_CHANGED,
    Step.ACTIVATED: EventType.HOOK_ACTIVATED,
    Step.DEACTIVATED: EventType.HOOK_DEACTIVATED,
    Step.DELETED: EventType.HOOK_DELETED,
}


def tell(
    stream: LogStream, step: Step, by: Actor, *, change: Change | None = None, reason: str | None = None
) -> None:
    kind = (OF_HOOKS if stream.is_hook else OF_STREAMS)[step]
    subject = stream_subject(stream, change)
    record(stream.tenant_id, Entry(type=kind, actor=by, subjects=(subject,), reason=reason))


def tell_tested(stream: LogStream, by: Actor, error: DeliveryError | None) -> None:
    record(
        stream.tenant_id,
        Entry(
            type=EventType.HOOK_TESTED if stream.is_hook else EventType.STREAM_TESTED,
            actor=by,
            subjects=(stream_subject(stream),),
            outcome=Outcome.FAILURE if error else Outcome.SUCCESS,
            severity=Severity.WARN if error else Severity.INFO,
            reason=str(error) if error else None,
        ),
    )


def tell_trouble(stream: LogStream, error: DeliveryError) -> None:
    _tell_delivery(stream, Outcome.FAILURE, Severity.WARN, str(error), {})


def tell_recovered(stream: LogStream) -> None:
    _tell_delivery(stream, Outcome.SUCCESS, Severity.INFO, "Events are delivered again.", {})


def tell_set_aside(stream: LogStream, refused: Sequence[Refused]) -> None:
    """One event for each; none for those that tell of this stream, which would be refused for ever."""
    for one in refused:
        about = {target["id"] for target in one.item.event["target"] or []}
        if str(stream.id) not in about:
            debug = {"event": one.item.event["uuid"], "seq": str(one.item.seq)}
            _tell_delivery(stream, Outcome.ABANDONED, Severity.ERROR, one.reason, debug)


def stream_subject(stream: LogStream, change: Change | None = None) -> Subject:
    kind = SubjectType.HOOK if stream.is_hook else SubjectType.STREAM
    return Subject(kind, str(stream.id), stream.name, stream.kind, change)


def _tell_delivery(
    stream: LogStream, outcome: Outcome, severity: Severity, reason: str, debug: dict[str, str]
) -> None:
    record(
        stream.tenant_id,
        Entry(
            type=EventType.EVENT_SENT if stream.is_hook else EventType.STREAM_DELIVERY,
            actor=system_actor(),
            subjects=(stream_subject(stream),),
            outcome=outcome,
            severity=severity,
            reason=reason,
            debug=debug,
        ),
    )
