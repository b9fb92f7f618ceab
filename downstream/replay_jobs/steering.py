"""What people do with a job: stop it, resume it, approve or decline it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now

from audit.actor import Actor, copied
from downstream.errors import ErrorClass
from downstream.models import Replay, Replica, State
from downstream.policy import FIRST_DELAY
from downstream.refusals import Refusal
from downstream.replay_jobs.ends import under_way
from downstream.replay_jobs.progress import progress_of
from downstream.replay_jobs.telling import tell_approved, tell_declined, tell_started, tell_stopped
from downstream.replays import CHUNK
from lib.clock import moment_in

# These are tried again by themselves, as before.
RETRIED = Q(error_class=ErrorClass.TRANSIENT)


def stop(job: Replay, *, by: Actor) -> bool:
    """What nobody has in hand goes back to how it was, before this returns. False if it did not run."""
    with transaction.atomic():
        changes = {"state": Replay.State.STOPPED, "closed_by": copied(by), "has_open_end": True}
        if not _move(job, Replay.State.RUNNING, changes):
            return False
        while returned := _give_back(job):
            job.returned += returned
            job.remaining += len(returned)
        job.save(update_fields=["returned", "remaining"])
        tell_stopped(job, by, progress_of(job))
    return True


def resume(job: Replay, *, by: Actor) -> bool:
    """Go on where it was stopped. False if it was not. Raises Refusal if the same runs already."""
    try:
        with transaction.atomic():
            changes = {"state": Replay.State.RUNNING, "closed_by": None, "has_open_end": False}
            if not _move(job, Replay.State.STOPPED, changes):
                return False
            tell_started(job, by, resumed=True)
    except IntegrityError as error:
        raise Refusal("Another replay of the same selection runs. Wait until it has finished.") from error
    return True


@transaction.atomic
def approve(job: Replay, *, by: Actor) -> bool:
    """By a second person, else it raises Refusal. False if it did not wait for one."""
    if job.was_started_by(by):
        raise Refusal("You asked for this replay yourself: somebody else has to approve it.")
    if not _move(job, Replay.State.AWAITING, {"state": Replay.State.RUNNING, "approved_by": copied(by)}):
        return False
    tell_approved(job, by)
    tell_started(job, job.by)
    return True


@transaction.atomic
def decline(job: Replay, *, by: Actor) -> bool:
    """By anybody: whoever asked for it takes it back so. False if it did not wait for approval."""
    changes = {"state": Replay.State.DECLINED, "closed_by": copied(by), "finished_at": Now()}
    if not _move(job, Replay.State.AWAITING, changes):
        return False
    tell_declined(job, by)
    return True


def _move(job: Replay, state: Replay.State, changes: Mapping[str, Any]) -> bool:
    """False if somebody else was quicker."""
    moved = Replay.objects.filter(id=job.id, state=state).update(**changes)
    job.refresh_from_db()
    return bool(moved)


def _give_back(job: Replay) -> list[int]:
    """Back to the failure that it was, or to what it was in step with. Not what is owed a version anyhow."""
    free = under_way(job).filter(lease=None).exclude(error_class="", applied__lt=F("desired"))
    part = list(free.values_list("pk", flat=True)[:CHUNK])
    Replica.objects.filter(id__in=part).locked()
    ids = list(free.filter(id__in=part).values_list("pk", flat=True))
    Replica.objects.filter(id__in=ids).update(
        state=Case(
            When(error_class="", then=Value(State.SYNCED)),
            When(RETRIED, then=Value(State.RETRYING)),
            default=Value(State.PARKED),
        ),
        due_at=Case(When(RETRIED, then=moment_in(FIRST_DELAY)), default=None),
        failures=Case(When(error_class="", then=0), default=1),
        replay=None,
    )
    return ids
