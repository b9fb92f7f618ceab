"""What the bench makes of its measurements."""

from __future__ import annotations

import pytest

from bench.goals import (
    Goal,
    Line,
    absolute,
    beside_floor,
    compared,
    report,
    seconds_beside,
    slowest_beside,
    times_beside,
)
from bench.load import Round


def rounds(*rates: int) -> list[Round]:
    """Of two seconds each; a request costs a millisecond of the web process."""
    return [Round(answered=2 * rate, seconds=2.0, computed=0.002 * rate) for rate in rates]


@pytest.mark.parametrize(
    ("goal", "value", "verdict"),
    [
        (Goal(0.7, at_least=True), 0.7, "met"),
        (Goal(0.7, at_least=True), 0.35, "missed by 50%"),
        (Goal(1.3), 1.3, "met"),
        (Goal(1.3), 1.95, "missed by 50%"),
        (Goal(200, unit="MB"), 300.0, "missed by 50%"),
    ],
)
def test_a_goal_says_whether_it_is_met_or_by_how_much_not(goal: Goal, value: float, verdict: str) -> None:
    assert goal.verdict(value) == verdict


def test_a_rate_is_compared_with_the_floor_by_medians() -> None:
    line = beside_floor("read", 100, rounds(50, 90, 10), rounds(100, 200, 50), Goal(0.7, at_least=True))

    assert (line.measured, line.beside) == ("50/s", "floor 100/s")
    assert line.ratio == 0.5
    assert line.verdict == "missed by 29%"


def test_the_spread_is_that_of_the_ratios_round_by_round() -> None:
    as_busy = beside_floor("read", 100, rounds(50, 25), rounds(100, 50))
    otherwise = beside_floor("read", 100, rounds(50, 50), rounds(100, 50))

    assert as_busy.spread == 0
    assert otherwise.spread == 1.0


def test_what_a_request_costs_the_web_process_is_said_in_milliseconds() -> None:
    line = beside_floor("read", 100, rounds(50, 25), rounds(100, 50))

    assert line.cost == 1.0


def test_half_the_rate_is_twice_the_time() -> None:
    line = times_beside("read", 1000, rounds(50), rounds(100), Goal(1.3), name="10 users")

    assert line.ratio == 2.0
    assert line.verdict == "missed by 54%"
    assert line.beside == "10 users 100/s"


def test_single_requests_are_compared_by_medians_in_milliseconds() -> None:
    line = seconds_beside("page", 1000, [0.3, 0.03, 0.02], [0.02, 0.2, 0.01], Goal(1.5), name="first")

    assert (line.measured, line.beside) == ("30.0 ms", "first 20.0 ms")
    assert line.ratio == 1.5
    assert line.verdict == "met"


def test_the_slowest_in_a_hundred_are_compared_by_medians() -> None:
    def with_p99(*values: float) -> list[Round]:
        return [Round(answered=100, seconds=1.0, computed=0.1, p99=value) for value in values]

    line = slowest_beside("create", 100, with_p99(24, 90, 12), with_p99(20, 20, 10), Goal(1.2), name="Redis")

    assert (line.measured, line.beside) == ("24.0 ms", "Redis 20.0 ms")
    assert line.verdict == "met"


def test_other_figures_are_compared_as_they_are() -> None:
    line = compared("backlog", 100, "60/s", "first 100/s", 0.6, Goal(0.8, at_least=True))

    assert line.ratio == 0.6
    assert line.verdict == "missed by 25%"


def test_the_table_has_a_line_for_each_work_and_blanks_for_what_it_has_not() -> None:
    lines = [
        absolute("memory", 1_000_000, 150.0, Goal(200, unit="MB")),
        Line("a longer work", 100, "5/s", "floor 10/s", ratio=0.5, spread=0.1, cost=2.0),
    ]

    head, memory, work, *_ = report(lines).splitlines()

    assert head.split() == ["work", "users", "measured", "beside", "ratio", "goal", "spread", "web", "CPU"]
    assert memory.split() == ["memory", "1,000,000", "150.0", "MB", "at", "most", "200", "MB", "met"]
    assert work.split("  ")[0] == "a longer work"
    assert work.endswith("10%  2.00 ms")


def test_rounds_that_lie_far_apart_are_told_of() -> None:
    steady = beside_floor("read", 100, rounds(50, 51), rounds(100, 100))
    unsteady = beside_floor("read", 100, rounds(50, 90), rounds(100, 100))

    assert "quieter machine" not in report([steady])
    assert "differ too much for 1 lines: run it on a quieter machine" in report([steady, unsteady])
