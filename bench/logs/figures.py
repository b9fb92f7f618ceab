"""What was measured of a log beside what the issue wants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.goals import Goal
from bench.table import table

HEAD = ("log", "events", "measured", "goal", "")
CIRCUMSTANCES = (
    "Times are of the quickest of 15, in the process that asks; rates are of the best of four rounds.\n"
    "PostgreSQL does not wait for the disk; SQLite does. Lag: 4 writers of 500 events a second, one sealer\n"
    "in a process of its own, and a reader that seals nothing."
)


@dataclass(frozen=True)
class Figure:
    """`value` is in `unit`, and so is the bound."""

    work: str
    value: float
    unit: str
    bound: float
    at_least: bool = False

    def cells(self, stage: str, events: int) -> tuple[str, ...]:
        goal = Goal(self.bound, at_least=self.at_least, unit=self.unit)
        return (
            f"{stage}, {self.work}",
            f"{events:,}",
            f"{self.value:,.{_digits(self.value)}f} {self.unit}",
            f"{'at least' if self.at_least else 'at most'} {self.bound:,g} {self.unit}",
            goal.verdict(self.value),
        )


def _digits(value: float) -> int:
    return 0 if value >= 100 else 1 if value >= 10 else 2


# The stage, how many events there were, and the figures.
Measured = tuple[str, int, Sequence[Figure]]


def report(measured: Sequence[Measured]) -> str:
    rows = [figure.cells(stage, events) for stage, events, figures in measured for figure in figures]
    return "\n\n".join(("The log", table(HEAD, rows), CIRCUMSTANCES))
