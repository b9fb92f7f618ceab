"""The SQL connector writes each value, and each key, in its column's own type."""

from typing import Any

import pytest

from downstream.errors import BadData
from tests.downstream.connectors.databases import EMPLOYEE_NUMBER, Database, OpenSql, accounts, settings
from tests.downstream.connectors.documents import put, user

ENTERPRISE, _, _ = EMPLOYEE_NUMBER.rpartition(":")


@pytest.mark.parametrize(
    ("key_type", "key_source", "remote_id"),
    [
        ("VARCHAR(80)", "userName", "ada"),
        ("VARCHAR(80)", {"path": "id"}, "6f1a0e1c-6f57-4b8e-9a52-0d1d0f0c3c55"),
        ("UUID", "id", "6f1a0e1c-6f57-4b8e-9a52-0d1d0f0c3c55"),
        ("BIGINT", EMPLOYEE_NUMBER, "9007199254740993"),
        ("NUMERIC(20)", EMPLOYEE_NUMBER, "9007199254740993"),
    ],
)
def test_a_key_may_be_made_of_the_document(
    database: Database, open_sql: OpenSql, key_type: str, key_source: Any, remote_id: str
) -> None:
    database.run(f"CREATE TABLE people (code {key_type} PRIMARY KEY, login TEXT)")
    people = accounts(key="code", key_source=key_source, columns={"login": "userName"})
    connector = open_sql(settings(database, accounts=people, groups=None, memberships=None))
    document = user("ada", **{ENTERPRISE: {"employeeNumber": "9007199254740993"}})
    document["id"] = "6f1a0e1c-6f57-4b8e-9a52-0d1d0f0c3c55"

    created = put(connector, document, None)
    updated = put(connector, {**document, "userName": "ada.lovelace"}, created)

    assert created == updated == remote_id
    assert list(connector.accounts()) == [
        (remote_id, {"userName": "ada.lovelace", "meta": {"resourceType": "User"}})
    ]
    connector.remove(document, created)
    assert database.rows("SELECT login FROM people") == []


def test_a_key_that_is_also_a_column_follows_the_document(database: Database, open_sql: OpenSql) -> None:
    database.run("CREATE TABLE people (login VARCHAR(80) PRIMARY KEY)")
    people = accounts(key="login", columns={"login": "userName"})
    connector = open_sql(settings(database, accounts=people, groups=None, memberships=None))

    first = put(connector, user("ada"), None)
    second = put(connector, user("ada.lovelace"), first)

    assert (first, second) == ("ada", "ada.lovelace")
    assert database.rows("SELECT login FROM people") == [("ada.lovelace",)]


def test_a_table_that_makes_no_key_is_told_the_remedy(database: Database, open_sql: OpenSql) -> None:
    database.run("CREATE TABLE people (code VARCHAR(80), login TEXT)")
    people = accounts(key="code", columns={"login": "userName"})
    connector = open_sql(settings(database, accounts=people, groups=None, memberships=None))

    with pytest.raises(BadData, match="key_source"):
        put(connector, user("ada"), None)

    assert database.rows("SELECT login FROM people") == []


@pytest.mark.parametrize(
    ("column_type", "value", "kept"),
    [
        ("TEXT", True, "true"),
        ("TEXT", 7, "7"),
        ("INTEGER", True, 1),
        ("SMALLINT", False, 0),
        ("BOOLEAN", "false", False),
        ("BOOLEAN", 1, True),
        ("INTEGER", "12", 12),
        ("TEXT", "12", "12"),
    ],
)
def test_a_value_takes_its_columns_type(
    database: Database, open_sql: OpenSql, column_type: str, value: Any, kept: Any
) -> None:
    database.run(f"CREATE TABLE people (id INTEGER PRIMARY KEY, login TEXT, extra {column_type})")
    columns = {"login": "userName", "extra": {"constant": value}}
    people = accounts(key_source={"constant": 1}, columns=columns)
    connector = open_sql(settings(database, accounts=people, groups=None, memberships=None))

    put(connector, user("ada"), None)

    assert database.rows("SELECT extra FROM people") == [(kept,)]


def test_a_time_is_written_as_the_moment_it_is(database: Database, open_sql: OpenSql) -> None:
    database.run("CREATE TABLE people (login TEXT PRIMARY KEY, seen TIMESTAMP, born DATE)")
    moment = {"constant": "2024-05-01T12:30:00+02:00"}
    people = accounts(key="login", columns={"login": "userName", "seen": moment, "born": moment})
    connector = open_sql(settings(database, accounts=people, groups=None, memberships=None))

    put(connector, user("ada"), None)

    expected = {"sqlite": "2024-05-01T12:30:00+02:00", "postgresql": "2024-05-01 10:30:00"}
    seen = database.rows("SELECT CAST(seen AS VARCHAR(40)) FROM people")
    assert seen == [(expected[database.name],)]


def test_a_key_that_several_rows_have_changes_none_of_them(database: Database, open_sql: OpenSql) -> None:
    database.run(
        "CREATE TABLE people (code INTEGER, login TEXT)",
        "INSERT INTO people VALUES (7, 'ada'), (7, 'grace')",
    )
    people = accounts(key="code", columns={"login": "userName"})
    connector = open_sql(settings(database, accounts=people, groups=None, memberships=None))

    with pytest.raises(BadData, match='Several rows of table "people" have the same "code"'):
        put(connector, user("eve"), "7")

    assert database.rows("SELECT login FROM people") == [("ada",), ("grace",)]
