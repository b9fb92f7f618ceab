"""Databases and connectors for the tests of the SQL connector, each test on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from downstream.connectors import open_connector
from downstream.connectors.base import AnyConnector
from tests.downstream.connectors import databases
from tests.downstream.connectors.databases import Database, OpenSql


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        opened = databases.sqlite(tmp_path)
    else:
        opened = databases.postgresql(request.getfixturevalue("postgres_url"))
    with opened as database:
        yield database


@pytest.fixture
def people(database: Database) -> Database:
    """A database with the tables of `create_people`."""
    databases.create_people(database)
    return database


@pytest.fixture
def open_sql() -> Iterator[OpenSql]:
    """Opens connectors of kind "sql", and closes them after the test."""
    with ExitStack() as stack:

        def opened(settings: dict[str, Any], time_limit: float = 5) -> AnyConnector:
            connector = open_connector("sql", settings, time_limit=time_limit)
            stack.callback(connector.close)
            return connector

        yield opened


@pytest.fixture
def connector(people: Database, open_sql: OpenSql) -> AnyConnector:
    """The SQL connector on those tables."""
    return open_sql(databases.settings(people))


@pytest.fixture
def override() -> dict[str, str]:
    """A value for one of their columns."""
    return {"given": "Countess"}
