"""What was measured on one stage, and how it is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

from bench.memory import Memory
from bench.table import table

# Rounds of one run that lie further apart than this say more about the machine than about us.
SPREAD_ALLOWED = 0.15


@dataclass
class Figures:
    """Rates are users created a second, one for each round; latencies are milliseconds."""

    stage: str
    web: Memory
    worker: Memory
    latencies: list[float]
    paused: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    working: list[float] = field(default_factory=list)

    @property
    def spread(self) -> float:
        """By how much the largest ratio of a round exceeds the smallest."""
        ratios = [real / floor for real, floor in zip(self.paused, self.floor, strict=True)]
        return max(ratios) / min(ratios) - 1


def report(measured: Sequence[Figures]) -> str:
    parts = [
        "POST /Users, requests a second",
        table(("", "real", "floor", "ratio"), [row for figures in measured for row in _rates(figures)]),
        "From the 201 to the row in the target, ms",
        table(("", "p50", "p95", "max"), [_delay(figures) for figures in measured]),
        "Resident memory, idle, MB",
        table(("", "RSS", "PSS"), [row for figures in measured for row in _memory(figures)]),
    ]
    parts += [
        f"{figures.stage}: the rounds differ by {figures.spread:.0%}, so run it again on a quieter machine."
        for figures in measured
        if figures.spread > SPREAD_ALLOWED
    ]
    return "\n\n".join(parts)


def _rates(figures: Figures) -> list[tuple[str, ...]]:
    floor = median(figures.floor)
    rows = {"request path alone": median(figures.paused), "worker delivering": median(figures.working)}
    return [
        (f"{figures.stage}, {name}", f"{real:.0f}", f"{floor:.0f}", f"{real / floor:.2f}")
        for name, real in rows.items()
    ]


def _delay(figures: Figures) -> tuple[str, ...]:
    latencies = figures.latencies
    points = (median(latencies), quantiles(latencies, n=20)[-1], max(latencies))
    return figures.stage, *(f"{point:.0f}" for point in points)


def _memory(figures: Figures) -> list[tuple[str, ...]]:
    return [
        (f"{figures.stage}, {name}", f"{memory.rss:.0f}", f"{memory.pss:.0f}")
        for name, memory in (("web", figures.web), ("worker", figures.worker))
    ]
