"""One part of a job: counting what has ended, and making the next ones due."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone

from downstream.models import Replay, Replica, ReplicaQuerySet, Target
from downstream.replay_jobs.ends import ended, ends, under_way
from downstream.replays import CHUNK, make_due, try_at_once
from downstream.selections import Selection

# So many of each target are due at once: enough for its workers until the next round, and soon given back.
WINDOW = 1000
# What a rate has not used up is not saved for later.
LONGEST_PAUSE = timedelta(seconds=1)


def candidates(job: Replay) -> ReplicaQuerySet:
    """What the job still finds to replay, in all targets."""
    selection = Selection.from_json(job.selection)
    chosen = selection.of(job.tenant).filter(id__lte=job.newest_id)
    return chosen.filter(failed_at__lte=job.frozen_at) if selection.goes_by_failure else chosen


def targets_of(job: Replay) -> list[uuid.UUID]:
    """Those that the selection may concern, in the order in which everybody locks them."""
    targets = Target.objects.filter(tenant=job.tenant_id)
    if chosen := Selection.from_json(job.selection).target:
        targets = targets.filter(id=chosen)
    return list(targets.order_by("id").values_list("id", flat=True))


def count_ends(job_id: uuid.UUID) -> int:
    """Count what has ended since, and let go of it. Returns how many."""
    count = 0
    while part := _count_part(job_id):
        count += part
    return count


@transaction.atomic
def _count_part(job_id: uuid.UUID) -> int:
    job = locked(job_id)
    if job is None:
        return 0
    ids = list(ended(job).values_list("pk", flat=True)[:CHUNK])
    mine = Replica.objects.filter(pk__in=ids, replay=job).locked()
    counted = {name: mine.filter(those).update(replay=None) for name, those in ends(job).items()}
    others = (mine & ended(job)).update(replay=None)
    Replay.objects.filter(id=job.id).update(**{name: F(name) + number for name, number in counted.items()})
    return sum(counted.values()) + others


def locked(job_id: uuid.UUID) -> Replay | None:
    """The job's row, for this transaction: whoever stops it waits for the part, or the part sees it."""
    rows = Replay.objects.select_for_update(of=("self",), no_key=True).select_related("tenant")
    return rows.filter(id=job_id).first()


def make_parts_due(job_id: uuid.UUID) -> tuple[int, bool]:
    """The next part of each target: how many were made due, and whether that was the end of all."""
    job = Replay.objects.select_related("tenant").get(id=job_id)
    parts = [_make_part_due(job_id, target_id) for target_id in targets_of(job)]
    return sum(made for made, _ in parts), all(is_last for _, is_last in parts)


@transaction.atomic
def _make_part_due(job_id: uuid.UUID, target_id: uuid.UUID) -> tuple[int, bool]:
    job = locked(job_id)
    if job is None or not job.is_running:
        return 0, False
    now = timezone.now()
    size = min(CHUNK, WINDOW - under_way(job).filter(target=target_id).count(), _allowed(job, now))
    if size <= 0:
        return 0, False
    returned, place = _returned(job, target_id, size), job.places.get(str(target_id))
    fresh = candidates(job).filter(target=target_id, id__gt=place or 0).order_by("id")
    ids = [*returned, *fresh.values_list("pk", flat=True)[: size - len(returned)]]
    if ids and place is None:
        try_at_once([target_id])
    made = make_due(candidates(job).filter(id__in=ids), by=job.by, reason=job.reason, job=job) if ids else 0
    _note(job, str(target_id), ids, returned, made, now)
    return made, len(ids) < size


def _returned(job: Replay, target_id: uuid.UUID, size: int) -> list[int]:
    """What a stop gave back comes first."""
    here = Replica.objects.filter(target=target_id, id__in=job.returned[: CHUNK * 10]).order_by("id")
    return list(here.values_list("pk", flat=True)[:size])


def _note(job: Replay, target: str, ids: list[int], returned: list[int], made: int, now: datetime) -> None:
    if not ids:
        return
    gone = set(returned)
    job.returned = [replica_id for replica_id in job.returned if replica_id not in gone]
    job.places[target] = max([*ids, job.places.get(target) or 0])
    job.remaining = max(0, job.remaining - len(ids))
    if job.rate:
        job.paced_at = _pace(job, now) + timedelta(seconds=made / job.rate)
    job.save(update_fields=["returned", "places", "remaining", "paced_at"])


def _allowed(job: Replay, now: datetime) -> int:
    """How many the rate allows at this moment."""
    return CHUNK if not job.rate else int((now - _pace(job, now)).total_seconds() * job.rate)


def _pace(job: Replay, now: datetime) -> datetime:
    """From when on the rate is counted."""
    return max(job.paced_at, now - LONGEST_PAUSE) if job.paced_at else now - LONGEST_PAUSE


def count_remaining(job: Replay) -> int:
    """What is still to come, counted anew: some of it is freed, changed or tried without the job."""
    by_target = _unseen(job)
    return sum(by_target) + candidates(job).filter(id__in=job.returned).count()


def _unseen(job: Replay) -> Iterator[int]:
    for target_id in targets_of(job):
        here = candidates(job).filter(target=target_id, id__gt=job.places.get(str(target_id)) or 0)
        yield here.aggregate(number=Count("id"))["number"]
