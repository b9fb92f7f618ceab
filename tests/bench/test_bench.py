"""The bench against real servers, in its smallest size: what it asks is answered as it expects."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench import groups, growth, load, traffic
from bench.client import Client, client
from bench.directories import Addresses, Directory, busy
from bench.errors import BenchError

# More than a page of users, so that an import has a second one.
USERS = 120


@pytest.fixture(scope="module")
def directory(postgres_url: str, redis_url: str) -> Iterator[Directory]:
    with busy(Addresses(postgres_url, redis_url), USERS, group_sizes=(USERS, groups.SMALL)) as on:
        yield on


@pytest.fixture
def reader(directory: Directory) -> Iterator[Client]:
    with client(directory.web, directory.token) as opened:
        yield opened


@pytest.mark.slow
def test_look_ups_pages_and_imports_are_answered_as_the_bench_expects(
    directory: Directory, reader: Client
) -> None:
    traffic.check_look_ups(directory, reader)
    imported = growth.read_all(directory, reader)

    measured = load.in_turns(
        {"look up": traffic.look_ups(directory), "page": traffic.pages(directory)}, rounds=1, seconds=1
    )

    assert [line.users for line in imported] == [USERS] * len(imported)
    assert all(rounds[0].rate > 0 for rounds in measured.values())


@pytest.mark.slow
def test_members_and_groups_are_answered_as_the_bench_expects(directory: Directory, reader: Client) -> None:
    lines = groups.measure(directory, reader, rounds=1, seconds=1)

    assert len(lines) == 3


@pytest.mark.slow
def test_a_wrong_answer_ends_the_bench(directory: Directory) -> None:
    one_too_many = directory.load("look_up.lua", str(10 * USERS))

    with pytest.raises(BenchError, match="was not answered as"):
        one_too_many.run(1)
