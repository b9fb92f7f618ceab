"""What only SQLite does, and what it is named."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from downstream.connectors.base import AnyConnector
from downstream.errors import AccessDenied, BadData, Transient
from tests.downstream.connectors.databases import OpenSql, accounts
from tests.downstream.connectors.documents import put, user


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "hr.sqlite3"
    with sqlite3.connect(file) as connection:
        connection.execute(
            "CREATE TABLE people (id INTEGER PRIMARY KEY, login TEXT UNIQUE, age INTEGER) STRICT"
        )
    connection.close()
    return file


def _open(open_sql: OpenSql, url: str, **columns: Any) -> AnyConnector:
    people = accounts(columns={"login": "userName", **columns})
    return open_sql({"url": url, "accounts": people}, time_limit=0.3)


def test_a_file_that_is_not_there_is_awaited_not_made(open_sql: OpenSql, tmp_path: Path) -> None:
    connector = _open(open_sql, f"sqlite:///{tmp_path / 'absent.sqlite3'}")

    with pytest.raises(Transient, match="unable to open database file"):
        connector.check()
    with pytest.raises(Transient):
        put(connector, user("ada"), None)
    with pytest.raises(Transient):
        list(connector.accounts())

    assert list(tmp_path.iterdir()) == []


def test_a_file_of_another_kind_is_a_matter_of_configuration(open_sql: OpenSql, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Dear diary, " * 200)

    with pytest.raises(AccessDenied, match="not a database"):
        _open(open_sql, f"sqlite:///{tmp_path / 'notes.txt'}").check()


def test_a_read_only_database_denies_access(open_sql: OpenSql, file: Path) -> None:
    connector = _open(open_sql, f"sqlite:///{file}?mode=ro")

    with pytest.raises(AccessDenied, match="readonly"):
        put(connector, user("ada"), None)
    with pytest.raises(AccessDenied, match="readonly"):
        connector.check()


def test_a_locked_database_is_awaited(open_sql: OpenSql, file: Path) -> None:
    connector = _open(open_sql, f"sqlite:///{file}")
    other = sqlite3.connect(file)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(Transient, match="database is locked"):
        put(connector, user("ada"), None)
    other.close()

    assert put(connector, user("ada"), None) == "1"


def test_a_value_of_the_wrong_type_is_bad_data(open_sql: OpenSql, file: Path) -> None:
    connector = _open(open_sql, f"sqlite:///{file}", age={"constant": 1.5})

    with pytest.raises(BadData, match=r"cannot store REAL value in INTEGER column people.age"):
        put(connector, user("ada"), None)


def test_one_account_is_one_row_even_where_the_table_allows_two(open_sql: OpenSql, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "hr.sqlite3") as database:
        database.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, login TEXT)")
    people = accounts(columns={"login": "userName"})
    connector = open_sql({"url": f"sqlite:///{tmp_path / 'hr.sqlite3'}", "accounts": people}, time_limit=20)

    with ThreadPoolExecutor(8) as threads:
        ids = set(threads.map(lambda _: put(connector, user("ada"), None), range(32)))

    assert ids == {"1"}
    assert list(database.execute("SELECT login FROM people")) == [("ada",)]
    database.close()
