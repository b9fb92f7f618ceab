"""The bench of the log, in its smallest size: every line of it is measured."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bench import stage
from bench.logs import runs, synthetic
from bench.logs.figures import Figure, report


def test_a_figure_stands_beside_its_goal() -> None:
    figures = [Figure("first page", 12.3, "ms", 200), Figure("sealed", 1200, "/s", 1500, at_least=True)]

    lines = report([("SQLite", 300_000, figures)]).splitlines()

    first, second = (" ".join(line.split()) for line in lines[3:5])
    assert first == "SQLite, first page 300,000 12.3 ms at most 200 ms met"
    assert second == "SQLite, sealed 300,000 1,200 /s at least 1,500 /s missed by 20%"


def test_synthetic_events_fill_ninety_days_with_five_rare_ones() -> None:
    now = datetime(2026, 11, 25, tzinfo=UTC)

    made = list(synthetic.happened(1000, now))

    moments = [moment for _, moment in made]
    assert len(made) == 1000
    assert sorted(moments) == moments
    assert (moments[-1], moments[0]) == (now, now - timedelta(days=90) * 0.999)
    rare = [entry for entry, _ in made if entry.reason and synthetic.RARE_WORD in entry.reason]
    assert len(rare) == synthetic.RARE


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_every_line_of_a_log_is_measured(postgres_url: str, redis_url: str) -> None:
    with stage.postgresql(postgres_url, redis_url) as on:
        _, _, figures = runs.measure(on, 600)

    assert len(figures) == 14
    assert all(figure.value >= 0 or "share" in figure.work for figure in figures)
