"""Starting a job: two presses of the same selection are one."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Count, Max

from audit.actor import Actor, copied
from downstream.models import Replay, ReplicaQuerySet
from downstream.models.replays import MOST_PER_SECOND
from downstream.replay_jobs.telling import tell_asked, tell_started
from downstream.replay_jobs.working import work_off
from downstream.replays import CHUNK, LONGEST_REASON
from downstream.selections import InvalidSelection, Selection, in_words
from tenants.models import Tenant


def start_replay(
    tenant: Tenant,
    selection: Selection,
    *,
    by: Actor,
    reason: str = "",
    rate: int | None = None,
) -> Replay | None:
    """The job that replays the selection; None if nothing fits it.

    Joins the one that is living already. Over the size that the tenant sets it waits for a second
    person. A small one begins before this returns. Raises InvalidSelection.
    """
    if rate is not None and not 1 <= rate <= MOST_PER_SECOND:
        raise InvalidSelection("rate", f"The rate is a whole number from 1 to {MOST_PER_SECOND:,} a second.")
    chosen = selection.of(tenant)
    if job := _living(tenant, selection):
        return job
    try:
        job = _create(tenant, selection, chosen, by=by, reason=reason, rate=rate)
    except IntegrityError:
        # Somebody else pressed at the same moment.
        if job := _living(tenant, selection):
            return job
        raise
    if job and job.is_running and job.total <= CHUNK and rate is None:
        work_off(job.id)
        job.refresh_from_db()
    return job


def _living(tenant: Tenant, selection: Selection) -> Replay | None:
    return Replay.objects.of_tenant(tenant).living().filter(key=selection.key).first()


def _create(
    tenant: Tenant,
    selection: Selection,
    chosen: ReplicaQuerySet,
    *,
    by: Actor,
    reason: str,
    rate: int | None,
) -> Replay | None:
    facts = chosen.aggregate(newest=Max("id"), total=Count("id"))
    total, over = facts["total"], tenant.replay_approval_over
    if not total:
        return None
    job = Replay(
        tenant=tenant,
        actor=copied(by),
        state=Replay.State.RUNNING if over is None or total <= over else Replay.State.AWAITING,
        selection=selection.as_json(),
        words=in_words(selection, tenant),
        key=selection.key,
        newest_id=facts["newest"],
        reason=reason.strip()[:LONGEST_REASON],
        rate=rate,
        total=total,
        remaining=total,
    )
    _save(job, by)
    return job


@transaction.atomic
def _save(job: Replay, by: Actor) -> None:
    job.save(force_insert=True)
    job.refresh_from_db()
    if job.is_awaiting:
        tell_asked(job, by)
    else:
        tell_started(job, by)
