"""How far a job is, true at the moment of asking, without counting what is behind it or ahead."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import OuterRef, Q

from downstream.models import Replay, Replica
from downstream.replay_jobs.ends import ends, is_under_way
from lib.counts import CountOf


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

    def as_json(self) -> dict[str, float]:
        return asdict(self) | {"percent": round(self.percent, 1)}


def progress_of(job: Replay) -> Progress:
    """By one statement, since workers move what has ended from the open ones to the counters meanwhile."""
    facts = _facts(job)
    delivered = facts["delivered"] + facts["open_delivered"]
    failed = facts["failed"] + facts["open_failed"]
    under_way = facts["open_under_way"]
    to_come = max(0, min(facts["to_come"], job.total - under_way - delivered - failed))
    # What is nowhere else was changed or freed before the job came to it.
    overtaken = max(0, job.total - to_come - under_way - delivered - failed)
    return Progress(job.total, to_come, under_way, delivered, failed, overtaken)


def _facts(job: Replay) -> dict[str, int]:
    """The job's counters, and what it has open: at most a window for each target, by an index."""
    if not job.moves:
        to_come = job.total if job.state == Replay.State.DECLINED else job.remaining
        closed = {"open_delivered": 0, "open_failed": 0, "open_under_way": 0}
        return closed | {"delivered": job.delivered, "failed": job.failed, "to_come": to_come}
    open_ends = {"under_way": is_under_way(job), **ends(job)}
    counts: dict[str, Any] = {f"open_{name}": _number_of(those) for name, those in open_ends.items()}
    row = Replay.objects.filter(pk=job.pk).annotate(**counts)
    found: dict[str, int] = row.values(*counts, "delivered", "failed", "remaining").get()
    return found | {"to_come": found["remaining"]}


def _number_of(those: Q) -> CountOf:
    return CountOf(Replica.objects.filter(those, replay=OuterRef("pk")).order_by().values("pk"))
