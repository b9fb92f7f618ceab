"""The bench against real servers, in its smallest size: what it asks is answered as it expects."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from bench import groups, growth, load, rest, traffic
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
def test_nothing_of_a_load_is_left_when_the_next_begins(directory: Directory) -> None:
    pages = traffic.pages(directory)

    pages.run(1)

    assert rest.working(directory.web.database) == 0
    assert rest.is_idle(directory.web)


@pytest.mark.slow
def test_a_server_with_a_request_under_way_is_not_idle(directory: Directory) -> None:
    with psycopg.connect(directory.web.database) as somebody:
        somebody.execute("SELECT 1")

        assert not rest.is_idle(directory.web)


@pytest.mark.slow
def test_a_wrong_answer_ends_the_bench(directory: Directory) -> None:
    one_too_many = directory.load("look_up.lua", str(10 * USERS))

    with pytest.raises(BenchError, match="was not answered as"):
        one_too_many.run(1)
