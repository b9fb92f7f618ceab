"""What the log is told of a job: each step once, under the job's transaction id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from audit.actor import Actor, TransactionType, system_actor
from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Entry, Subject
from audit.services import record
from downstream.models import Replay, Target
from downstream.replay_jobs.progress import Progress
from downstream.selections import Selection
from downstream.subjects import app_subject

# A tenant with more targets than this has none of the others named.
NAMED = 20


def tell_asked(job: Replay, by: Actor) -> None:
    """It waits for a second person."""
    _tell(job, EventType.REPLAY_REQUESTED, by)


def tell_started(job: Replay, by: Actor, *, resumed: bool = False) -> None:
    _tell(job, EventType.REPLAY_STARTED, by, {"resumed": str(resumed).lower()})


def tell_approved(job: Replay, by: Actor) -> None:
    _tell(job, EventType.REPLAY_APPROVED, by)


def tell_declined(job: Replay, by: Actor) -> None:
    _tell(job, EventType.REPLAY_DECLINED, by)


def tell_stopped(job: Replay, by: Actor, progress: Progress) -> None:
    _tell(job, EventType.REPLAY_FAILED, by, _counts(progress), Outcome.ABANDONED, Severity.WARN)


def tell_finished(job: Replay, progress: Progress) -> None:
    _tell(job, EventType.REPLAY_COMPLETED, system_actor(), _counts(progress))


def _tell(
    job: Replay,
    kind: EventType,
    by: Actor,
    facts: Mapping[str, str] | None = None,
    outcome: Outcome = Outcome.SUCCESS,
    severity: Severity = Severity.INFO,
) -> None:
    in_job = replace(by, transaction_id=job.transaction_id, transaction_type=TransactionType.JOB)
    entry = Entry(
        type=kind,
        actor=in_job,
        subjects=_subjects(job),
        outcome=outcome,
        severity=severity,
        reason=job.reason or None,
        debug={"replay": str(job.id), "selection": job.words, "total": str(job.total)} | dict(facts or {}),
    )
    record(job.tenant_id, entry)


def _subjects(job: Replay) -> tuple[Subject, ...]:
    targets = Target.objects.filter(tenant=job.tenant_id).order_by("name")
    if chosen := Selection.from_json(job.selection).target:
        targets = targets.filter(id=chosen)
    return tuple(app_subject(target) for target in targets[:NAMED])


def _counts(progress: Progress) -> dict[str, str]:
    return {
        "ok": str(progress.delivered),
        "failed": str(progress.failed),
        "skipped": str(progress.overtaken),
        "to_come": str(progress.to_come),
    }
