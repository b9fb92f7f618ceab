"""Working a job off: rounds of short transactions, by whoever holds the job's lease."""

from __future__ import annotations

import uuid
from datetime import timedelta
from time import monotonic

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from downstream.models import Replay
from downstream.replay_jobs.parts import count_ends, count_remaining, locked, make_parts_due
from downstream.replay_jobs.progress import progress_of
from downstream.replay_jobs.telling import tell_finished
from lib.clock import moment_in

# A worker that died is replaced after so long.
TERM = timedelta(seconds=10)
# There is a round every second.
BUDGET = timedelta(seconds=1)


def work_off_all() -> None:
    """A round of each job that nobody works off at this moment."""
    for job_id in list(Replay.objects.unattended().order_by("created_at").values_list("id", flat=True)):
        work_off(job_id)


def work_off(job_id: uuid.UUID) -> None:
    """Count what has ended, fill the window, finish when nothing is left. Safe at once and twice."""
    lease = _take(job_id)
    if lease is None:
        return
    try:
        until = monotonic() + BUDGET.total_seconds()
        count_ends(job_id)
        made, is_last = make_parts_due(job_id)
        while made and not is_last and monotonic() < until:
            made, is_last = make_parts_due(job_id)
        _note_end(job_id, is_last=is_last)
    finally:
        Replay.objects.filter(id=job_id, lease=lease).update(lease=None, lease_until=None)


def _take(job_id: uuid.UUID) -> uuid.UUID | None:
    lease = uuid.uuid4()
    free = Replay.objects.filter(Q(lease=None) | Q(lease_until__lte=Now()), id=job_id)
    open_ones = free.exclude(state__in=(Replay.State.AWAITING, Replay.State.FINISHED, Replay.State.DECLINED))
    return lease if open_ones.update(lease=lease, lease_until=moment_in(TERM)) else None


def _note_end(job_id: uuid.UUID, *, is_last: bool) -> None:
    job = Replay.objects.select_related("tenant").get(id=job_id)
    is_open = job.replicas.exists()
    if job.is_stopped:
        Replay.objects.filter(id=job_id, state=Replay.State.STOPPED).update(has_open_end=is_open)
    elif job.is_running and is_last and not is_open and not job.returned:
        _finish(job_id)
    elif job.is_running:
        Replay.objects.filter(id=job_id, state=Replay.State.RUNNING).update(remaining=count_remaining(job))


@transaction.atomic
def _finish(job_id: uuid.UUID) -> None:
    running = Replay.objects.filter(id=job_id, state=Replay.State.RUNNING)
    if running.update(state=Replay.State.FINISHED, finished_at=Now(), remaining=0, has_open_end=False):
        job = locked(job_id)
        if job is not None:
            tell_finished(job, progress_of(job))
