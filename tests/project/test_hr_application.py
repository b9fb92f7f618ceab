"""The demo target: its rule refuses a person, and is mended by a row."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from downstream.connectors import open_connector, validate_config
from downstream.connectors.base import AnyConnector
from downstream.errors import BadData
from lib.documents import Document
from project import hr_application

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "hr.sqlite3"
    hr_application.create(path)
    return path


@pytest.fixture
def connector(database: Path) -> Iterator[AnyConnector]:
    public, secret = validate_config("sql", hr_application.target_config(database))
    connector = open_connector("sql", public | secret, time_limit=5)
    yield connector
    connector.close()


def test_the_target_can_be_written_to(connector: AnyConnector) -> None:
    connector.check()


def test_an_employee_needs_no_department(database: Path, connector: AnyConnector) -> None:
    badge, _ = connector.put(_person(department=None), None)

    with closing(sqlite3.connect(database)) as connection:
        row = connection.execute("SELECT badge, login, department, active FROM employees").fetchone()
    assert row == (int(badge), "ada@acme.example", None, 1)


def test_an_unknown_department_is_refused_until_it_is_known(database: Path, connector: AnyConnector) -> None:
    with pytest.raises(BadData, match="not in the table departments"):
        connector.put(_person(department="Robotics"), None)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("INSERT INTO departments VALUES ('Robotics')")

    badge, _ = connector.put(_person(department="Robotics"), None)

    assert badge == "1"


def test_it_offers_roles_and_takes_them(database: Path, connector: AnyConnector) -> None:
    offered = {document["id"]: document["displayName"] for document in connector.entitlements()}

    connector.put({**_person(department=None), "roles": [{"value": "manager", "display": "Manager"}]}, None)

    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT role FROM employees").fetchall() == [("manager",)]
    assert offered == {"employee": "Employee", "manager": "Manager", "hr-admin": "HR administrator"}


def test_a_database_that_is_there_is_left_as_it_is(database: Path, connector: AnyConnector) -> None:
    connector.put(_person(department="IT"), None)

    hr_application.create(database)

    assert [document["userName"] for _, document in connector.accounts()] == ["ada@acme.example"]


def _person(*, department: str | None) -> Document:
    extension = {} if department is None else {ENTERPRISE: {"department": department}}
    return {
        "id": "8d4ff4a8-0000-4000-8000-000000000001",
        "meta": {"resourceType": "User"},
        "userName": "ada@acme.example",
        "active": True,
        **extension,
    }
