"""What was measured beside what it is to be, a line for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.figures import SPREAD_ALLOWED
from bench.load import Round
from bench.table import table

HEAD = ("work", "users", "measured", "beside", "ratio", "goal", "", "spread", "web CPU")

CIRCUMSTANCES = (
    "PostgreSQL, 16 connections; rates are medians of rounds in turns. PostgreSQL does not wait for the\n"
    "disk (fsync, synchronous_commit and full_page_writes are off) and is otherwise as it comes, for the\n"
    "floor and for us: to the advantage of the floor, which only writes. Spread is how far the ratios\n"
    "of the rounds lie apart; web CPU is what the web process computes for one request."
)


@dataclass(frozen=True)
class Goal:
    """The bound of a ratio or of a measure in `unit`."""

    bound: float
    at_least: bool = False
    unit: str = ""

    def __str__(self) -> str:
        number = f"{self.bound:.0f} {self.unit}" if self.unit else f"{self.bound:.2f}"
        return f"{'at least' if self.at_least else 'at most'} {number}"

    def verdict(self, value: float) -> str:
        missed = 1 - value / self.bound if self.at_least else value / self.bound - 1
        return "met" if missed <= 0 else f"missed by {missed:.0%}"


@dataclass(frozen=True)
class Line:
    """`spread`: by how much the largest ratio of a round exceeds the smallest; `cost`: milliseconds that the
    web process computes for one request."""

    work: str
    users: int
    measured: str
    beside: str = ""
    ratio: float | None = None
    goal: str = ""
    verdict: str = ""
    spread: float | None = None
    cost: float | None = None

    def cells(self) -> tuple[str, ...]:
        return (
            self.work,
            f"{self.users:,}" if self.users else "",
            self.measured,
            self.beside,
            "" if self.ratio is None else f"{self.ratio:.2f}",
            self.goal,
            self.verdict,
            "" if self.spread is None else f"{self.spread:.0%}",
            "" if self.cost is None else f"{self.cost:.2f} ms",
        )


def of_floor(rounds: Sequence[Round]) -> Line:
    return Line("the floor: a bare view, three inserts", 0, f"{_rate(rounds):.0f}/s", cost=_cost(rounds))


def beside_floor(
    work: str, users: int, real: Sequence[Round], floor: Sequence[Round], goal: Goal | None = None
) -> Line:
    """Requests a second against those of the floor in the same rounds."""
    rate, beside = _rate(real), _rate(floor)
    ratio = rate / beside
    return Line(
        work,
        users,
        measured=f"{rate:.0f}/s",
        beside=f"floor {beside:.0f}/s",
        ratio=ratio,
        goal=str(goal or ""),
        verdict=goal.verdict(ratio) if goal else "",
        spread=_spread(real, floor),
        cost=_cost(real),
    )


def times_beside(
    work: str, users: int, large: Sequence[Round], small: Sequence[Round], goal: Goal, *, name: str
) -> Line:
    """The time of a request, as clients that press as hard see it, against that of `name`."""
    ratio = _rate(small) / _rate(large)
    return Line(
        work,
        users,
        measured=f"{_rate(large):.0f}/s",
        beside=f"{name} {_rate(small):.0f}/s",
        ratio=ratio,
        goal=str(goal),
        verdict=goal.verdict(ratio),
        spread=_spread(small, large),
        cost=_cost(large),
    )


def seconds_beside(
    work: str, users: int, late: Sequence[float], early: Sequence[float], goal: Goal | None, *, name: str
) -> Line:
    """Medians of single requests, in milliseconds."""
    ratio = median(late) / median(early)
    return Line(
        work,
        users,
        measured=f"{1000 * median(late):.1f} ms",
        beside=f"{name} {1000 * median(early):.1f} ms",
        ratio=ratio,
        goal=str(goal or ""),
        verdict=goal.verdict(ratio) if goal else "",
    )


def slowest_beside(
    work: str, users: int, real: Sequence[Round], usual: Sequence[Round], goal: Goal, *, name: str
) -> Line:
    """What one in a hundred requests takes longer than, in milliseconds; medians of the rounds."""
    late, early = (median(one.p99 for one in rounds) for rounds in (real, usual))
    return Line(
        work,
        users,
        measured=f"{late:.1f} ms",
        beside=f"{name} {early:.1f} ms",
        ratio=late / early,
        goal=str(goal),
        verdict=goal.verdict(late / early),
    )


def compared(work: str, users: int, measured: str, beside: str, ratio: float, goal: Goal) -> Line:
    """Of two figures that were measured otherwise than in rounds."""
    return Line(work, users, measured, beside, ratio=ratio, goal=str(goal), verdict=goal.verdict(ratio))


def absolute(work: str, users: int, value: float, goal: Goal) -> Line:
    """`value` is in the unit of the goal."""
    measured = f"{value:.1f} {goal.unit}"
    return Line(work, users, measured, goal=str(goal), verdict=goal.verdict(value))


def report(lines: Sequence[Line]) -> str:
    parts = [table(HEAD, [line.cells() for line in lines]), CIRCUMSTANCES]
    if unsteady := [line.work for line in lines if (line.spread or 0) > SPREAD_ALLOWED]:
        parts.append(f"The rounds differ too much for {len(unsteady)} lines: run it on a quieter machine.")
    return "\n\n".join(parts)


def _rate(rounds: Sequence[Round]) -> float:
    return median(one.rate for one in rounds)


def _cost(rounds: Sequence[Round]) -> float:
    return median(one.cost for one in rounds)


def _spread(rounds: Sequence[Round], others: Sequence[Round]) -> float:
    ratios = [one.rate / other.rate for one, other in zip(rounds, others, strict=True)]
    return max(ratios) / min(ratios) - 1
