"""The SQL connector writes accounts to tables of any shape."""

from typing import Any

import pytest
import sqlalchemy as sa

from downstream.connectors.base import AnyConnector
from downstream.errors import AccessDenied, BadData, Exists
from tests.downstream.connectors.contract import ConnectorContract, MembersContract, user_names
from tests.downstream.connectors.databases import EMPLOYEE_NUMBER, Database, OpenSql, accounts, settings
from tests.downstream.connectors.documents import put, user

ENTERPRISE, _, _ = EMPLOYEE_NUMBER.rpartition(":")
HOSTILE_TABLE = 'pe"ople; DROP TABLE x; -- %s'
HOSTILE_COLUMNS = ['k"ey', "na'me", "50% :of ?", "id_1", "select", "a)b(c[d]", "spa ce"]


class TestSqlKeepsTheContract(ConnectorContract):
    pass


class TestSqlKeepsMembers(MembersContract):
    pass


def test_columns_carry_what_their_sources_say(people: Database, connector: AnyConnector) -> None:
    ada = user("ada", name={"givenName": "Ada"}, active=False, **{ENTERPRISE: {"employeeNumber": "42"}})

    remote_id = put(connector, ada, None)

    assert people.rows("SELECT id, login, given, number, enabled, note FROM people") == [
        (int(remote_id), "ada", "Ada", 42, False, None)
    ]


def test_an_absent_attribute_empties_its_column(people: Database, connector: AnyConnector) -> None:
    remote_id = put(connector, user("ada", **{ENTERPRISE: {"employeeNumber": "42"}}), None)

    put(connector, user("ada"), remote_id)

    assert people.rows("SELECT number FROM people") == [(None,)]


def test_columns_that_are_not_mapped_are_left_alone(people: Database, connector: AnyConnector) -> None:
    people.run("INSERT INTO people (login, note) VALUES ('ada', 'likes tea')")

    put(connector, user("ada", name={"givenName": "Ada"}), None)

    assert people.rows("SELECT given, note FROM people") == [("Ada", "likes tea")]


def test_hostile_values_are_values(people: Database, connector: AnyConnector) -> None:
    names = sorted(["'; DELETE FROM people; --", '"', "\\", "%(login)s", ":login", "ẞ-اسم-🚀", "x" * 10_000])
    put(connector, user("grace"), None)

    for name in names:
        put(connector, user("ada", name={"givenName": name}), None)
        assert people.rows("SELECT given FROM people WHERE login = 'ada'") == [(name,)]

    assert user_names(connector) == ["ada", "grace"]


@pytest.mark.parametrize("match", HOSTILE_COLUMNS[1:])
def test_hostile_names_of_tables_and_columns_are_quoted(
    database: Database, open_sql: OpenSql, match: str
) -> None:
    table = sa.Table(HOSTILE_TABLE, sa.MetaData(), *[sa.Column(name, sa.Text) for name in HOSTILE_COLUMNS])
    table.create(database.engine)
    key, *columns = HOSTILE_COLUMNS
    sources = dict.fromkeys(columns, "userName")
    people = accounts(table=HOSTILE_TABLE, key=key, key_source="id", columns=sources, match=match)
    connector = open_sql(settings(database, accounts=people, groups=None, memberships=None))
    document = user("ada")

    connector.check()
    remote_id = put(connector, document, None)
    put(connector, user("grace"), remote_id)
    adopted = put(connector, user("grace"), None)

    assert adopted == remote_id == document["id"]
    with database.engine.connect() as connection:
        assert connection.execute(sa.select(table)).one() == (remote_id, *["grace"] * len(columns))


def test_a_table_may_have_a_schema(people: Database, open_sql: OpenSql) -> None:
    schema = "main" if people.name == "sqlite" else people.rows("SELECT current_schema()")[0][0]
    connector = open_sql(settings(people, accounts=accounts(table=f"{schema}.people")))

    connector.check()
    put(connector, user("ada"), None)

    assert people.rows("SELECT login FROM people") == [("ada",)]


def test_removing_may_mark_the_row_instead(people: Database, open_sql: OpenSql) -> None:
    marking = {"set": {"enabled": False, "note": "left"}}
    connector = open_sql(settings(people, accounts=accounts(on_remove=marking)))
    remote_id = put(connector, user("ada"), None)

    connector.remove(user("ada"), remote_id)
    connector.remove(user("ada"), remote_id)

    assert people.rows("SELECT login, enabled, note FROM people") == [("ada", False, "left")]


def test_several_matching_rows_are_a_matter_for_a_person(people: Database, open_sql: OpenSql) -> None:
    people.run("INSERT INTO people (login, note) VALUES ('a1', 'x'), ('a2', 'x')")
    columns = {"login": "userName", "note": {"constant": "x"}}
    connector = open_sql(settings(people, accounts=accounts(columns=columns, match="note")))

    with pytest.raises(BadData, match='Several rows match in column "note"'):
        put(connector, user("ada"), None)
    with pytest.raises(BadData, match='Several rows match in column "note"'):
        connector.remove(user("ada"), None)

    assert people.rows("SELECT login FROM people") == [("a1",), ("a2",)]


def test_a_name_that_another_row_has_is_not_taken_from_it(people: Database, connector: AnyConnector) -> None:
    put(connector, user("ada"), None)
    grace = put(connector, user("grace"), None)

    with pytest.raises(Exists, match="login") as taken:
        put(connector, user("ada", name={"givenName": "Grace"}), grace)

    assert taken.value.attribute == "login"

    assert people.rows("SELECT login, given FROM people") == [("ada", "unknown"), ("grace", "unknown")]


def test_an_id_that_the_key_column_cannot_hold_is_no_longer_there(connector: AnyConnector) -> None:
    put(connector, user("ada"), None)

    put(connector, user("ada"), "not-a-number")

    assert user_names(connector) == ["ada"]


def test_a_new_column_is_found_without_a_restart(people: Database, connector: AnyConnector) -> None:
    people.run("ALTER TABLE people RENAME COLUMN given TO first_name")

    with pytest.raises(AccessDenied, match="given"):
        put(connector, user("ada"), None)
    people.run("ALTER TABLE people RENAME COLUMN first_name TO given")
    put(connector, user("ada", name={"givenName": "Ada"}), None)

    assert people.rows("SELECT login, given FROM people") == [("ada", "Ada")]


def test_a_key_that_only_the_database_may_write_is_left_to_it(database: Database, open_sql: OpenSql) -> None:
    identity = "INTEGER GENERATED ALWAYS AS IDENTITY" if database.name == "postgresql" else "INTEGER"
    database.run(f"CREATE TABLE people (id {identity} PRIMARY KEY, login TEXT)")
    people = accounts(columns={"login": "userName"})
    connector = open_sql(settings(database, accounts=people, groups=None, memberships=None))

    connector.check()
    remote_id = put(connector, user("ada"), None)
    put(connector, user("ada.lovelace"), remote_id)

    assert database.rows("SELECT id, login FROM people") == [(1, "ada.lovelace")]


@pytest.mark.parametrize(
    ("part", "change", "says"),
    [
        ("accounts", {"table": "persons"}, 'no table "persons".*"people", "team_members", "teams"'),
        ("accounts", {"key": "uid"}, 'Table "people" has no column "uid".*"id", "login"'),
        ("accounts", {"on_remove": {"set": {"gone": 1}}}, 'has no column "gone"'),
        ("groups", {"table": "no.teams"}, "no"),
        ("memberships", {"account": "member"}, 'Table "team_members" has no column "member".*"person"'),
    ],
)
def test_a_check_names_what_is_missing_and_what_is_there(
    people: Database, open_sql: OpenSql, part: str, change: dict[str, Any], says: str
) -> None:
    config = settings(people)
    connector = open_sql({**config, part: {**config[part], **change}})

    with pytest.raises(AccessDenied, match=f"(?s){says}") as denied:
        connector.check()

    assert "configuration" in str(denied.value)


def test_accounts_are_read_page_by_page(people: Database, connector: AnyConnector) -> None:
    people.run(
        "INSERT INTO people (login, number) WITH RECURSIVE n(i) AS "
        "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1201) SELECT 'user ' || i, i FROM n"
    )

    told = dict(connector.accounts())

    assert len(told) == 1201
    assert sorted(document[ENTERPRISE]["employeeNumber"] for document in told.values()) == list(
        range(1, 1202)
    )
