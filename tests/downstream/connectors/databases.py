"""Databases for the tests of the SQL connector, SQLite and PostgreSQL, and a way to look inside."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from downstream.connectors.base import AnyConnector

OpenSql = Callable[..., AnyConnector]
"""Takes `settings` and a `time_limit` in seconds."""

EMPLOYEE_NUMBER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber"


@dataclass(frozen=True)
class Database:
    """One database as its owner sees it, beside the connector under test."""

    url: URL
    engine: sa.Engine

    @property
    def name(self) -> str:
        """ "sqlite" or "postgresql"."""
        return self.engine.dialect.name

    def run(self, *statements: str) -> None:
        """Run SQL of the owner's, each statement as it is."""
        with self.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query of the owner's, sorted."""
        with self.engine.connect() as connection:
            return sorted(tuple(row) for row in connection.exec_driver_sql(query))

    def refuse(self, table: str, words: str) -> None:
        """From now on a trigger refuses every new row of `table`, in these words."""
        if self.name == "sqlite":
            body = f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        else:
            raising = f"$$ BEGIN RAISE EXCEPTION '{words}'; END $$"
            self.run(f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS {raising}")
            body = "FOR EACH ROW EXECUTE FUNCTION refuse()"
        self.run(f"CREATE TRIGGER refusal BEFORE INSERT ON {table} {body}")


@contextmanager
def sqlite(folder: Path) -> Iterator[Database]:
    """An empty SQLite file."""
    url = URL.create("sqlite", database=str(folder / "hr 100%.sqlite3"))
    yield from _opened(url)


@contextmanager
def postgresql(server: str) -> Iterator[Database]:
    """An empty schema, which is the only one that connections of the URL see."""
    schema = f"test_{uuid.uuid4().hex}"
    url = make_url(server).set(drivername="postgresql+psycopg")
    owner = sa.create_engine(url, poolclass=sa.NullPool)
    with owner.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    yield from _opened(url.update_query_dict({"options": f"-c search_path={schema}"}))
    with owner.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")


def _opened(url: URL) -> Iterator[Database]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect():
        pass
    yield Database(url, engine)
    engine.dispose()


def create_people(database: Database) -> None:
    """Tables "people", "teams" and "team_members" as somebody's application might have them."""
    tables = sa.MetaData()
    sa.Table(
        "people",
        tables,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("login", sa.Text, nullable=False, unique=True),
        sa.Column("given", sa.Text, nullable=False, server_default="unknown"),
        sa.Column("number", sa.Integer, sa.CheckConstraint("number > 0", name="number_is_positive")),
        sa.Column("enabled", sa.Boolean),
        sa.Column("note", sa.Text),
    )
    sa.Table(
        "teams",
        tables,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.Text, nullable=False, unique=True),
    )
    sa.Table(
        "team_members",
        tables,
        sa.Column("person", sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("team", sa.ForeignKey("teams.id"), primary_key=True),
        sa.Column("note", sa.Text),
    )
    tables.create_all(database.engine)


def settings(database: Database, **changes: Any) -> dict[str, Any]:
    """The configuration of a target with those tables."""
    return {
        "url": database.url.render_as_string(hide_password=False),
        "accounts": accounts(),
        "groups": {"table": "teams", "key": "id", "columns": {"title": "displayName"}},
        "memberships": {"table": "team_members", "account": "person", "group": "team"},
        **changes,
    }


def accounts(**changes: Any) -> dict[str, Any]:
    """The part of the configuration that is about people."""
    columns = {
        "login": "userName",
        "given": {"path": "name.givenName", "default": "unknown"},
        "number": EMPLOYEE_NUMBER,
        "enabled": "active",
    }
    return {"table": "people", "key": "id", "columns": columns, **changes}
