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
    if not address:
        pytest.skip(f"{variable} is not set: `make test` starts the servers.")
    return address
