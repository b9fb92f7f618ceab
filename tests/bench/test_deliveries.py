"""The bench of deliveries, in its smallest size: its figures are there, and add up."""

from __future__ import annotations

import pytest

from bench import black_hole, coalescing, draining
from bench.directories import Addresses

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("redis")]


@pytest.fixture
def addresses(postgres_url: str, redis_url: str) -> Addresses:
    return Addresses(postgres_url, redis_url)


def test_a_backlog_is_drained_and_measured(addresses: Addresses) -> None:
    lines = draining.measure(addresses, 60, seconds=1)

    works = [line.work for line in lines]
    assert [work for work in works if work.startswith("replicas applied")] == [
        "replicas applied, 1 worker",
        "replicas applied, 2 workers",
        "replicas applied, 4 workers",
    ]
    assert all(line.measured for line in lines)


def test_a_slow_target_needs_fewer_calls_than_there_are_changes(addresses: Addresses) -> None:
    line = coalescing.measure(addresses, seconds=3)

    assert line.ratio is not None
    assert 0 < line.ratio < 1


def test_a_broker_that_never_answers_keeps_no_request_waiting(addresses: Addresses) -> None:
    line = black_hole.measure(addresses, rounds=1, seconds=1)

    # A publish that a request waited for would take seconds.
    assert line.ratio is not None
    assert line.ratio < 20
