"""The SQL connector writes groups and who is in them."""

import pytest

from downstream.connectors.base import AnyConnector
from downstream.errors import BadData, Exists
from tests.downstream.connectors.databases import Database, OpenSql, settings
from tests.downstream.connectors.documents import group, put, user

MEMBERS = (
    "SELECT login, title FROM team_members JOIN people ON people.id = person JOIN teams ON teams.id = team"
)


def _everyone(database: Database) -> list[str]:
    database.run(
        "INSERT INTO people (login) WITH RECURSIVE n(i) AS "
        "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) SELECT 'user ' || i FROM n"
    )
    return [str(key) for (key,) in database.rows("SELECT id FROM people")]


def test_a_group_gets_its_members(people: Database, connector: AnyConnector) -> None:
    ada, grace = put(connector, user("ada"), None), put(connector, user("grace"), None)
    put(connector, user("eve"), None)

    put(connector, group("Engineers", [ada, grace, ada]), None)

    assert people.rows(MEMBERS) == [("ada", "Engineers"), ("grace", "Engineers")]


def test_members_that_stay_are_not_touched(people: Database, connector: AnyConnector) -> None:
    ada, grace, eve = (put(connector, user(name), None) for name in ("ada", "grace", "eve"))
    engineers = put(connector, group("Engineers", [ada, grace]), None)
    people.run("UPDATE team_members SET note = 'since 1843'")

    put(connector, group("Engineers", [ada, eve]), engineers)

    assert people.rows("SELECT person, note FROM team_members") == [
        (int(ada), "since 1843"),
        (int(eve), None),
    ]


def test_a_group_of_1200_comes_and_goes(people: Database, connector: AnyConnector) -> None:
    members = _everyone(people)

    remote_id = put(connector, group("Everyone", members), None)
    all_of_them = people.rows("SELECT person FROM team_members")
    put(connector, group("Everyone", members[:1]), remote_id)

    assert len(all_of_them) == 1_200
    assert people.rows("SELECT person FROM team_members") == [(int(members[0]),)]


def test_other_groups_keep_their_members(people: Database, connector: AnyConnector) -> None:
    ada = put(connector, user("ada"), None)
    engineers = put(connector, group("Engineers", [ada]), None)
    poets = put(connector, group("Poets", [ada]), None)

    put(connector, group("Engineers", []), engineers)
    connector.remove(group("Engineers"), engineers)

    assert people.rows(MEMBERS) == [("ada", "Poets")]
    assert people.rows("SELECT id FROM teams") == [(int(poets),)]


def test_a_removed_account_leaves_its_groups(people: Database, connector: AnyConnector) -> None:
    ada, grace = put(connector, user("ada"), None), put(connector, user("grace"), None)
    put(connector, group("Engineers", [ada, grace]), None)

    connector.remove(user("ada"), ada)

    assert people.rows(MEMBERS) == [("grace", "Engineers")]


def test_an_unknown_member_undoes_the_whole_put(people: Database, connector: AnyConnector) -> None:
    ada = put(connector, user("ada"), None)

    with pytest.raises(BadData, match=r"(?i)foreign key"):
        put(connector, group("Engineers", [ada, "4711"]), None)

    assert people.rows("SELECT title FROM teams") == []
    assert people.rows("SELECT person FROM team_members") == []


def test_a_member_that_is_no_key_of_the_table_is_refused(people: Database, connector: AnyConnector) -> None:
    with pytest.raises(BadData, match='"person"'):
        put(connector, group("Engineers", ["ada"]), None)

    assert people.rows("SELECT title FROM teams") == []


def test_a_group_takes_no_other_groups_name(people: Database, connector: AnyConnector) -> None:
    put(connector, group("Engineers"), None)
    poets = put(connector, group("Poets"), None)

    with pytest.raises(Exists):
        put(connector, group("Engineers"), poets)

    assert people.rows("SELECT title FROM teams") == [("Engineers",), ("Poets",)]


def test_without_a_table_of_memberships_only_the_group_is_written(
    people: Database, open_sql: OpenSql
) -> None:
    connector = open_sql(settings(people, memberships=None))
    ada = put(connector, user("ada"), None)

    put(connector, group("Engineers", [ada]), None)

    assert people.rows("SELECT title FROM teams") == [("Engineers",)]
    assert people.rows(MEMBERS) == []


def test_a_target_without_a_table_of_groups_takes_users_only(people: Database, open_sql: OpenSql) -> None:
    connector = open_sql(settings(people, groups=None, memberships=None))

    with pytest.raises(BadData, match='"groups"'):
        put(connector, group("Engineers"), None)

    assert connector.resource_types == {"User"}


def test_keys_of_text_make_members_too(database: Database, open_sql: OpenSql) -> None:
    database.run(
        "CREATE TABLE people (login VARCHAR(80) PRIMARY KEY)",
        "CREATE TABLE teams (title VARCHAR(80) PRIMARY KEY)",
        "CREATE TABLE team_members (person VARCHAR(80), team VARCHAR(80))",
    )
    by_name = {
        "accounts": {"table": "people", "key": "login", "columns": {"login": "userName"}},
        "groups": {"table": "teams", "key": "title", "columns": {"title": "displayName"}},
    }
    connector = open_sql(settings(database, **by_name))
    ada, rude = put(connector, user("ada"), None), put(connector, user("o'neil; --"), None)
    engineers = put(connector, group("Engineers", [ada]), None)

    put(connector, group("Engineers", [rude]), engineers)

    assert database.rows("SELECT person, team FROM team_members") == [("o'neil; --", "Engineers")]
