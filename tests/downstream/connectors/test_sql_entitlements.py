"""The SQL connector reads which roles and entitlements there are, from tables of any shape."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from downstream.connectors import InvalidConfig, validate_config
from downstream.connectors.base import AnyConnector
from downstream.errors import AccessDenied
from lib.documents import Document
from tests.downstream.connectors.databases import Database, OpenSql, settings
from tests.downstream.connectors.entitlements_contract import EntitlementsContract, Offer

ROLES = {"table": "job roles", "key": "code", "name": "title", "description": "about"}
LICENSES = {"type": "License", "table": "licenses", "key": "code", "name": "title", "description": "about"}


def tables() -> dict[str, sa.Table]:
    return {
        kind: sa.Table(
            name,
            sa.MetaData(),
            sa.Column("code", sa.Text, primary_key=True),
            sa.Column("title", sa.Text),
            sa.Column("about", sa.Text),
        )
        for kind, name in (("Role", "job roles"), ("License", "licenses"))
    }


@pytest.fixture
def offering(people: Database) -> Database:
    """The people's database with a table of roles and one of licences."""
    for table in tables().values():
        table.create(people.engine)
    return people


@pytest.fixture
def connector(offering: Database, open_sql: OpenSql) -> AnyConnector:
    return open_sql(settings(offering, entitlements=[ROLES, LICENSES]))


@pytest.fixture
def offer(offering: Database) -> Offer:
    def offer(documents: list[Document]) -> None:
        for kind, table in tables().items():
            rows = [_row(document) for document in documents if document["type"] == kind]
            if rows:
                with offering.engine.begin() as connection:
                    connection.execute(sa.insert(table), rows)

    return offer


def _row(document: Document) -> dict[str, Any]:
    return {"code": document["id"], "title": document["displayName"], "about": document.get("description")}


class TestSqlTellsOfEntitlements(EntitlementsContract):
    pass


def test_a_target_without_such_tables_offers_none(people: Database, open_sql: OpenSql) -> None:
    connector = open_sql(settings(people))

    assert not connector.offers_entitlements
    assert list(connector.entitlements()) == []


def test_numbers_are_told_as_texts_and_columns_may_be_left_out(database: Database, open_sql: OpenSql) -> None:
    database.run("CREATE TABLE teams_ (id INTEGER PRIMARY KEY)", "INSERT INTO teams_ VALUES (7), (12)")
    connector = open_sql(settings(database, entitlements=[{"table": "teams_", "key": "id"}]))

    assert list(connector.entitlements()) == [{"type": "Role", "id": "7"}, {"type": "Role", "id": "12"}]


def test_one_column_may_be_key_and_name(database: Database, open_sql: OpenSql) -> None:
    database.run("CREATE TABLE roles (name VARCHAR(20) PRIMARY KEY)", "INSERT INTO roles VALUES ('Editor')")
    connector = open_sql(settings(database, entitlements=[{"table": "roles", "key": "name", "name": "name"}]))

    assert list(connector.entitlements()) == [{"type": "Role", "id": "Editor", "displayName": "Editor"}]


@pytest.mark.parametrize(
    ("part", "words"),
    [({"table": "absent"}, 'no table "absent"'), ({"name": "absent"}, 'no column "absent"')],
)
def test_a_check_names_what_is_not_there(
    offering: Database, open_sql: OpenSql, part: dict[str, str], words: str
) -> None:
    connector = open_sql(settings(offering, entitlements=[{**ROLES, **part}]))

    with pytest.raises(AccessDenied, match=words):
        connector.check()
    with pytest.raises(AccessDenied, match=words):
        list(connector.entitlements())


@pytest.mark.parametrize("name", ["license", "User", "Group", "Pro license", "", "L" * 64, "Lizenz€"])
def test_a_type_that_can_be_no_address_is_refused(database: Database, name: str) -> None:
    with pytest.raises(InvalidConfig, match=r"entitlements\.0\.type: Begin with a capital letter"):
        validate_config("sql", settings(database, entitlements=[{**ROLES, "type": name}]))
