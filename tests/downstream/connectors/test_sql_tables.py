"""How long a database's description of its tables is good for."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from downstream.connectors.sql import tables
from downstream.connectors.sql.tables import tables_of
from downstream.errors import AccessDenied


@pytest.fixture
def people(tmp_path: Path) -> sa.Engine:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'hr.sqlite3'}")
    alter(engine, "CREATE TABLE people (id INTEGER PRIMARY KEY, login TEXT)")
    return engine


def alter(engine: sa.Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)


def known(engine: sa.Engine, *columns: str) -> sa.Table:
    with engine.connect() as connection:
        return tables_of(engine.url).get(connection, "people", columns)


def test_the_next_turn_knows_what_the_last_one_was_told(people: sa.Engine) -> None:
    assert known(people, "login") is known(people, "id", "login")


def test_after_a_while_and_after_trouble_it_is_asked_again(
    people: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = known(people, "login")
    tables_of(people.url).forget()
    second = known(people, "login")
    monkeypatch.setattr(tables, "GOOD_FOR", -1.0)

    assert len({id(first), id(second), id(known(people, "login"))}) == 3


def test_a_column_that_was_added_is_known_at_once(people: sa.Engine) -> None:
    known(people, "login")
    with pytest.raises(AccessDenied, match='has no column "title"'):
        known(people, "title")
    alter(people, "ALTER TABLE people ADD COLUMN title TEXT")

    assert "title" in known(people, "title").c


def test_databases_are_kept_apart_and_so_are_who_asks_for_them() -> None:
    one, other = "postgresql://a:x@h/d", "postgresql://b:x@h/d"

    assert tables_of(make_url(one)) is tables_of(make_url(one))
    assert tables_of(make_url(one)) is not tables_of(make_url(other))
