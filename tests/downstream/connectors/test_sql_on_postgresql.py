"""What only PostgreSQL does, and what it is named."""

import traceback
from typing import Any

import pytest
from sqlalchemy.engine import URL, make_url

from downstream.errors import AccessDenied, BadData, Transient
from tests.downstream.connectors.databases import Database, OpenSql, accounts, settings
from tests.downstream.connectors.documents import put, user
from tests.downstream.connectors.servers import refusing_login

SECRET = "hunter2-not-to-be-shown"
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def _login(url: str | URL, **changes: Any) -> dict[str, Any]:
    changed = make_url(url).set(**changes).render_as_string(hide_password=False)
    return {"url": changed, "accounts": accounts()}


def test_a_server_that_is_down_is_awaited(open_sql: OpenSql, postgres_url: str) -> None:
    connector = open_sql(_login(postgres_url, port=1, password=SECRET), time_limit=2)

    with pytest.raises(Transient, match=r"(?i)connection refused") as down:
        connector.check()

    assert SECRET not in "".join(traceback.format_exception(down.value))


@on_postgresql
@pytest.mark.parametrize(
    ("extra", "value", "says"),
    [
        ("VARCHAR(5)", "too long", "too long for type character varying"),
        ("TEXT", "nul\0", "NUL"),
        ("SMALLINT", 70_000, "out of range"),
        ("mood", "sad", "invalid input value for enum mood"),
    ],
)
def test_a_value_beyond_its_columns_limits_is_bad_data(
    people: Database, open_sql: OpenSql, extra: str, value: Any, says: str
) -> None:
    people.run("CREATE TYPE mood AS ENUM ('glad')", f"ALTER TABLE people ADD COLUMN extra {extra}")
    columns = {"login": "userName", "extra": {"constant": value}}
    connector = open_sql(settings(people, accounts=accounts(columns=columns)))

    with pytest.raises(BadData, match=says):
        put(connector, user("ada"), None)


@on_postgresql
def test_a_read_only_session_denies_access(people: Database, open_sql: OpenSql) -> None:
    options = f"{people.url.query['options']} -c default_transaction_read_only=on"
    connector = open_sql(_login(people.url, query={"options": options}))

    with pytest.raises(AccessDenied, match="read-only transaction"):
        put(connector, user("ada"), None)
    with pytest.raises(AccessDenied, match="read-only transaction"):
        connector.check()


@on_postgresql
def test_a_check_finds_that_a_right_is_missing(people: Database, open_sql: OpenSql) -> None:
    [(schema,)] = people.rows("SELECT current_schema()")
    reader = f"reader_of_{schema}"
    people.run(
        f"CREATE ROLE {reader} LOGIN",
        f"GRANT USAGE ON SCHEMA {schema} TO {reader}",
        f"GRANT SELECT ON people TO {reader}",
    )
    connector = open_sql(_login(people.url, username=reader))

    with pytest.raises(AccessDenied, match="The database denies access: permission denied for table people"):
        connector.check()
    assert list(connector.accounts()) == []

    people.run(f"DROP OWNED BY {reader}", f"DROP ROLE {reader}")


@pytest.mark.parametrize("change", [{"username": "nobody-here"}, {"database": "nothing-here"}])
def test_an_unknown_user_or_database_denies_access(
    open_sql: OpenSql, postgres_url: str, change: dict[str, str]
) -> None:
    connector = open_sql(_login(postgres_url, **change))

    with pytest.raises(AccessDenied, match=r"here.* does not exist"):
        connector.check()


def test_a_wrong_password_denies_access(open_sql: OpenSql) -> None:
    with refusing_login() as port:
        connector = open_sql(_login(f"postgresql://app:{SECRET}@127.0.0.1:{port}/hr?sslmode=disable"))

        with pytest.raises(AccessDenied, match="password authentication failed") as denied:
            connector.check()

    assert SECRET not in "".join(traceback.format_exception(denied.value))
