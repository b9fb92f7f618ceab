"""How far a job is, true at the moment of asking, without counting what is behind it or ahead."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from downstream.models import Replay
from downstream.replay_jobs.ends import ends, under_way


@dataclass(frozen=True)
class Progress:
    """Each of `total` in exactly one place."""

    total: int
    to_come: int
    under_way: int
    delivered: int
    failed: int
    overtaken: int

    @property
    def done(self) -> int:
        return self.delivered + self.failed + self.overtaken

    @property
    def percent(self) -> float:
        return 100 * self.done / self.total if self.total else 100.0


def progress_of(job: Replay) -> Progress:
    """The job's counters, and what it has open: at most a window for each target, by an index."""
    open_ends = job.replicas.aggregate(
        **{name: Count("pk", filter=those) for name, those in ends(job).items()}
    )
    open_count = under_way(job).count()
    delivered = job.delivered + open_ends["delivered"]
    failed = job.failed + open_ends["failed"]
    to_come = min(job.remaining, job.total - open_count - delivered - failed)
    if job.state in {Replay.State.FINISHED, Replay.State.DECLINED}:
        to_come = 0 if job.state == Replay.State.FINISHED else job.total
    to_come = max(0, to_come)
    # What is nowhere else was changed or freed before the job came to it.
    overtaken = max(0, job.total - to_come - open_count - delivered - failed)
    return Progress(job.total, to_come, open_count, delivered, failed, overtaken)
