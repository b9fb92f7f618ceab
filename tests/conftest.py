"""Fixtures for every room: where the servers of the test command are."""

import os

import pytest


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
