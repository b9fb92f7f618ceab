"""Everything dies while writers write at full speed, and nothing is lost: `make chaos`, for a short while."""

from __future__ import annotations

import os

import pytest

from chaos.run import PLACES, run

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow, pytest.mark.xdist_group("chaos")]

SECONDS = 40
SEED = 7


@pytest.mark.timeout(420)
def test_nothing_is_lost_while_everything_dies_again_and_again() -> None:
    """On the database that the suite runs on: SQLite with the broker's folder, PostgreSQL with Redis."""
    on_postgres = os.environ.get("DATABASE_URL", "").startswith("postgres")
    place = PLACES["postgres-redis" if on_postgres else "sqlite"]

    outcome = run(place, seconds=SECONDS, seed=SEED)

    assert outcome.verdict.mismatches == [], outcome.told
    assert outcome.verdict.users > 0
    assert outcome.verdict.told > outcome.verdict.users
    assert len(outcome.faults) > 5
