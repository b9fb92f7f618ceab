"""How what a job made due has ended: the one place where that is told."""

from __future__ import annotations

from django.db.models import F, Q

from downstream.models import FAILED, Replay, ReplicaQuerySet, State


def under_way(job: Replay) -> ReplicaQuerySet:
    """Due, or in a worker's hands, because of this job."""
    return _of(job).filter(is_under_way(job))


def ended(job: Replay) -> ReplicaQuerySet:
    """What it has not counted yet."""
    return _of(job).exclude(is_under_way(job))


def ends(job: Replay) -> dict[str, Q]:
    """The counters of a job, and what belongs to each.

    The rest was made due by somebody else meanwhile, is held by the guard, or was only rehearsed.
    """
    ours = _ours(job)
    has_it = Q(state=State.SYNCED) | Q(state=State.WAITING, applied__gte=F("desired"))
    return {
        "delivered": ours & has_it,
        "failed": ours & Q(state__in=FAILED),
    }


def is_under_way(job: Replay) -> Q:
    return _ours(job) & Q(state=State.PENDING)


def _of(job: Replay) -> ReplicaQuerySet:
    replicas: ReplicaQuerySet = job.replicas.all()
    return replicas


def _ours(job: Replay) -> Q:
    return Q(transaction_id=job.transaction_id)
