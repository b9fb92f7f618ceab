"""Writing down each attempt, and telling the log what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any

from django.utils import timezone

from audit.actor import system_actor
from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Entry
from audit.services import record
from downstream.errors import DeliveryError
from downstream.models import Attempt, State
from downstream.policy import Remedy
from downstream.subjects import replica_subjects
from downstream.work import Operation, Work
from lib.moments import utc_text

USER_EVENTS = {
    Operation.CREATE: EventType.PUSH_USER,
    Operation.UPDATE: EventType.PUSH_PROFILE,
    Operation.DEACTIVATE: EventType.PUSH_DEACTIVATION,
    Operation.REACTIVATE: EventType.PUSH_REACTIVATION,
    Operation.REMOVE: EventType.PUSH_DELETION,
    Operation.ADOPT: EventType.PUSH_PROFILE,
    Operation.RECREATE: EventType.PUSH_USER,
    Operation.SEND: EventType.EVENT_SENT,
}
GROUP_EVENTS = {
    Operation.CREATE: EventType.GROUP_PUSHED,
    Operation.UPDATE: EventType.GROUP_PUSH_UPDATED,
    Operation.REMOVE: EventType.GROUP_PUSH_REMOVED,
    Operation.ADOPT: EventType.GROUP_PUSH_UPDATED,
    Operation.RECREATE: EventType.GROUP_PUSHED,
    Operation.SEND: EventType.EVENT_SENT,
}


@dataclass(frozen=True)
class Tried:
    """One try of a piece of work: when, how long, and what went wrong, if anything did."""

    work: Work
    error: DeliveryError | None = None
    started_at: datetime = field(default_factory=timezone.now)
    took_ms: int = 0
    # What a dry run would have done.
    plan: dict[str, Any] | None = None


class Watch:
    """Tells of a try when it began and how long it took."""

    def __init__(self) -> None:
        self._started_at, self._start = timezone.now(), monotonic()

    def tried(
        self, work: Work, error: DeliveryError | None = None, *, plan: dict[str, Any] | None = None
    ) -> Tried:
        return Tried(work, error, self._started_at, int((monotonic() - self._start) * 1000), plan)


def write_attempt(tried: Tried, *, in_time: bool) -> None:
    """`in_time`: the lease was still held at the end."""
    replica, error = tried.work.replica, tried.error
    Attempt.objects.create(
        replica=replica,
        version=tried.work.version,
        operation=tried.work.operation,
        outcome=_outcome(tried) if in_time else Attempt.Outcome.LATE,
        plan=tried.plan,
        error_class=error.error_class if error else "",
        error=str(error) if error else "",
        trigger=replica.trigger,
        transaction_id=replica.transaction_id,
        event=tried.work.event,
        started_at=tried.started_at,
        took_ms=tried.took_ms,
    )


def _outcome(tried: Tried) -> Attempt.Outcome:
    if tried.error:
        return Attempt.Outcome.FAILED
    return Attempt.Outcome.DONE if tried.plan is None else Attempt.Outcome.PLANNED


def log_rehearsal(work: Work, would: str) -> None:
    reason = f"Dry run: {would}."
    _record(work, Outcome.SKIPPED, Severity.INFO, reason)


def log_success(tried: Tried) -> None:
    _record(tried.work, Outcome.SUCCESS, Severity.INFO, None, _took(tried))


def log_failure(tried: Tried, remedy: Remedy) -> None:
    """Each try is told; of a row that may go on for days the first one aloud."""
    error, failures = tried.error, tried.work.replica.failures
    if error is None:
        raise ValueError("A failure has an error.")
    facts = _took(tried) | {"error_code": str(error.error_class)}
    if error.attribute:
        facts["error_field"] = error.attribute[:255]
    if remedy.state == State.PARKED:
        _record(tried.work, Outcome.FAILURE, Severity.ERROR, str(error), facts)
        return
    if remedy.delay:
        facts["nextAttempt"] = utc_text(timezone.now() + remedy.delay)
    is_first = remedy.state == State.RETRYING and not failures
    _record(tried.work, Outcome.DEFERRED, Severity.WARN if is_first else Severity.DEBUG, str(error), facts)


def _took(tried: Tried) -> dict[str, str]:
    return {"durationMs": str(tried.took_ms)}


def _record(
    work: Work,
    outcome: Outcome,
    severity: Severity,
    reason: str | None,
    facts: dict[str, str] | None = None,
) -> None:
    replica = work.replica
    events = GROUP_EVENTS if replica.is_group else USER_EVENTS
    entry = Entry(
        type=events[work.operation],
        actor=system_actor(replica.transaction_id),
        subjects=replica_subjects(replica),
        outcome=outcome,
        severity=severity,
        reason=reason,
        version=work.version,
        debug=_debug(work) | (facts or {}),
    )
    record(replica.target.tenant_id, entry)


def _debug(work: Work) -> dict[str, str]:
    told = {
        "direction": "outbound",
        "deliveryId": str(work.replica.pk),
        "trigger": str(work.replica.trigger),
        "attempt": str(work.replica.failures + 1),
        "operation": str(work.operation),
    }
    return {**told, "event": str(work.event)} if work.event else told
