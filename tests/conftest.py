"""Fixtures for every room: where the servers of the test command are."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations

from audit.guards import lowered_guards


@pytest.fixture(scope="session", autouse=True)
def emptied_with_the_guards_down() -> Iterator[None]:
    """Between tests with transactions of their own all tables are emptied, which the log's guards refuse."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_unguarded(operations: BaseDatabaseOperations, statements: Any) -> None:
        with lowered_guards():
            flush(operations, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush_unguarded)
        yield


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What a process has noted of callers and of names that were tried in vain."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A PostgreSQL server whose user may create databases; `make test` starts it."""
    return _server("LOCKSTEP_TEST_POSTGRES")


@pytest.fixture(scope="session")
def redis_url() -> str:
    """An empty Redis; `make test` starts it."""
    return _server("LOCKSTEP_TEST_REDIS")


def _server(variable: str) -> str:
    address = os.environ.get(variable, "")
    if not address and os.environ.get("LOCKSTEP_TEST_FAST") == "1":
        pytest.skip("the fast tests do without servers")
    if not address:
        # No skip: a suite that quietly leaves tests out proves nothing.
        pytest.fail(f"{variable} names no server: `make test` starts one and sets it")
    return address
