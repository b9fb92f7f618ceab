"""The bench of replays against real processes, in its smallest size."""

from __future__ import annotations

import pytest

from bench import replaying, stage

FAILURES = 60


@pytest.mark.slow
def test_a_replay_is_watched_stopped_resumed_and_told_of() -> None:
    with stage.sqlite() as on:
        measured = replaying.measure(on, FAILURES)

    assert measured.failures == FAILURES
    assert measured.pages
    assert min(measured.errors) >= 0
    assert measured.ended > measured.stopped >= 0
    assert "SQLite" in replaying.report([measured, measured])
