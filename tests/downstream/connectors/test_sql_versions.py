"""With a version column an older version never overwrites a newer one, however late its write arrives."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from directory.services import change_user
from downstream.claims import claim
from downstream.connectors.base import AnyConnector
from downstream.engine import drain
from downstream.errors import BadData
from downstream.models import State
from downstream.services import add_target
from downstream.work import prepare
from lib.documents import Document
from tests.downstream.connectors.databases import Database, OpenSql, accounts, settings
from tests.downstream.connectors.documents import put, user
from tests.factories import actor, make_tenant, make_user

ROWS = "SELECT login, given, version FROM people"
LEFT = {"set": {"enabled": False, "note": "left"}}


def of_version(number: int, given: str, **attributes: Any) -> Document:
    document = user("ada", name={"givenName": given}, **attributes)
    document["meta"]["version"] = f'W/"{number}"'
    return {**document, "id": "6f1a0e1c-6f57-4b8e-9a52-0d1d0f0c3c55"}


@pytest.fixture
def versioned(people: Database) -> Database:
    people.run("ALTER TABLE people ADD COLUMN version BIGINT", "ALTER TABLE people ADD COLUMN ours TEXT")
    return people


def config(versioned: Database, **changes: Any) -> dict[str, Any]:
    columns = {"login": "userName", "given": "name.givenName", "enabled": "active"}
    part = accounts(**{"columns": columns, "version_column": "version", **changes})
    return settings(versioned, accounts=part)


@pytest.fixture
def connector(versioned: Database, open_sql: OpenSql) -> AnyConnector:
    return open_sql(config(versioned))


def test_a_new_row_gets_the_version_and_a_newer_one_raises_it(
    versioned: Database, connector: AnyConnector
) -> None:
    remote_id = put(connector, of_version(2, "Ada"), None)
    first = versioned.rows(ROWS)

    put(connector, of_version(4, "Augusta"), remote_id)

    assert first == [("ada", "Ada", 2)]
    assert versioned.rows(ROWS) == [("ada", "Augusta", 4)]


def test_a_late_write_of_an_older_version_loses(versioned: Database, connector: AnyConnector) -> None:
    remote_id = put(connector, of_version(4, "new"), None)

    with pytest.raises(BadData, match="newer version") as late:
        put(connector, of_version(3, "old"), remote_id)

    assert late.value.attribute == "version"
    assert versioned.rows(ROWS) == [("ada", "new", 4)]


def test_the_same_version_is_written_again(versioned: Database, connector: AnyConnector) -> None:
    remote_id = put(connector, of_version(4, "mapped so"), None)

    put(connector, of_version(4, "mapped otherwise"), remote_id)

    assert versioned.rows(ROWS) == [("ada", "mapped otherwise", 4)]


def test_a_row_without_a_version_is_anybodys(versioned: Database, connector: AnyConnector) -> None:
    versioned.run("INSERT INTO people (id, login) VALUES (7, 'ada')")

    put(connector, of_version(1, "Ada"), "7")

    assert versioned.rows(ROWS) == [("ada", "Ada", 1)]


def test_versions_that_arrive_at_once_and_in_any_order_leave_the_newest(
    versioned: Database, connector: AnyConnector
) -> None:
    remote_id = put(connector, of_version(1, "1"), None)

    def write(number: int) -> None:
        try:
            put(connector, of_version(number, str(number)), remote_id)
        except BadData:
            return

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, [3, 12, 5, 2, 11, 4, 9, 10, 6, 8, 7]))

    assert versioned.rows(ROWS) == [("ada", "12", 12)]


def test_a_row_that_was_marked_as_removed_is_not_revived_by_a_late_write(
    versioned: Database, open_sql: OpenSql
) -> None:
    connector = open_sql(config(versioned, on_remove=LEFT))
    remote_id = put(connector, of_version(4, "Ada"), None)
    connector.remove(of_version(5, "Ada"), remote_id)

    with pytest.raises(BadData, match="newer version"):
        put(connector, of_version(4, "Ada"), remote_id)

    assert versioned.rows("SELECT enabled, note, version FROM people") == [(False, "left", 5)]


def test_a_successor_adopts_the_row_although_its_versions_begin_anew(
    versioned: Database, open_sql: OpenSql
) -> None:
    connector = open_sql(config(versioned, on_remove=LEFT))
    connector.remove(of_version(5, "Ada"), put(connector, of_version(4, "Ada"), None))

    put(connector, {**of_version(1, "Another"), "id": "another"}, None)

    assert versioned.rows(ROWS) == [("ada", "Another", 1)]


def test_with_a_column_of_our_ids_a_late_create_loses_too(versioned: Database, open_sql: OpenSql) -> None:
    columns = {"login": "userName", "given": "name.givenName", "ours": "id"}
    connector = open_sql(config(versioned, columns=columns))
    put(connector, of_version(4, "new"), None)

    with pytest.raises(BadData, match="newer version"):
        put(connector, of_version(3, "old"), None)
    put(connector, {**of_version(1, "Another"), "id": "another"}, None)

    assert versioned.rows(ROWS) == [("ada", "Another", 1)]


def test_a_column_has_one_meaning(versioned: Database, open_sql: OpenSql) -> None:
    for taken in ("id", "login"):
        with pytest.raises(Exception, match="holds something else"):
            open_sql(config(versioned, version_column=taken))


@pytest.mark.django_db
def test_the_late_write_of_a_dead_worker_loses_at_the_target_itself(
    versioned: Database, open_sql: OpenSql
) -> None:
    tenant = make_tenant()
    target = add_target(tenant, name="HR", kind="sql", config=config(versioned), by=actor())
    ada = make_user(tenant, "ada")
    drain(target.id, budget=timedelta(seconds=20))
    change_user(tenant, ada.id, lambda told: {**told, "name": {"givenName": "old"}}, by=actor())
    claimed = claim(target)
    assert claimed is not None
    claimed.replica.target = target
    late = prepare(claimed.replica)
    target.replicas.update(lease=None, lease_until=None)
    change_user(tenant, ada.id, lambda told: {**told, "name": {"givenName": "new"}}, by=actor())
    drain(target.id, budget=timedelta(seconds=20))

    with pytest.raises(BadData, match="newer version"):
        put(open_sql(config(versioned)), late.document, late.replica.remote_id)

    assert versioned.rows(ROWS) == [("ada", "new", 3)]
    assert target.replicas.get().state == State.SYNCED
