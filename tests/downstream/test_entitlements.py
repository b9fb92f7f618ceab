"""Reading roles and entitlements from a target into the catalogue, and a user's roles on their way to one."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.catalogue import EventType
from downstream.connectors.base import AnyConnector
from downstream.connectors.memory import MemoryConnector
from downstream.engine import drain
from downstream.entitlements import MOST, import_entitlements
from downstream.errors import BadData, DeliveryError, Transient
from downstream.models import Target
from downstream.refusals import Refusal
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.factories import actor, make_entitlement, make_target, user_document
from tests.log import log_events
from tests.scim.client import body, client_for

EDITOR = {"type": "Role", "id": "editor", "displayName": "Editor", "description": "Writes"}


def outcomes(tenant: Tenant) -> list[tuple[str, str | None]]:
    found = log_events().filter(tenant=tenant, event_type=EventType.ENTITLEMENTS_IMPORTED).order_by("id")
    return [(event.result, event.document["outcome"]["reason"]) for event in found]


def test_an_import_takes_over_what_the_target_offers(
    hr: Downstream, tenant: Tenant, stranger: Downstream
) -> None:
    hr.store.entitlements = [EDITOR, {"type": "License", "id": "pro"}]

    taken = import_entitlements(hr.target, by=actor())

    rows = tenant.entitlements.order_by("type").values_list("type", "value", "display_name", "target_id")
    assert (taken.added, taken.changed, taken.removed) == (2, 0, 0)
    assert list(rows) == [("License", "pro", "pro", hr.target.id), ("Role", "editor", "Editor", hr.target.id)]
    assert stranger.target.tenant.entitlements.count() == 0
    assert outcomes(tenant) == [("SUCCESS", None)]


def test_an_import_that_fails_changes_nothing_and_says_why(hr: Downstream, tenant: Tenant) -> None:
    hr.store.entitlements = [EDITOR]
    import_entitlements(hr.target, by=actor())
    hr.store.errors = [Transient("HR did not answer.")]

    with pytest.raises(Transient):
        import_entitlements(hr.target, by=actor())

    assert tenant.entitlements.count() == 1
    assert outcomes(tenant)[1:] == [("FAILURE", "HR did not answer.")]


def test_a_connector_that_breaks_is_told_in_words(
    hr: Downstream, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: AnyConnector) -> Any:
        yield EDITOR
        raise RuntimeError("half-way")

    monkeypatch.setattr(MemoryConnector, "entitlements", broken)

    with pytest.raises(DeliveryError, match="The connector broke"):
        import_entitlements(hr.target, by=actor())

    assert tenant.entitlements.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_target_is_asked_outside_of_any_transaction(
    hr: Downstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside: list[bool] = []

    def watching(self: AnyConnector) -> Any:
        inside.append(connection.in_atomic_block)
        return iter([EDITOR])

    monkeypatch.setattr(MemoryConnector, "entitlements", watching)

    import_entitlements(hr.target, by=actor())

    assert inside == [False]


def test_a_table_that_is_no_table_of_roles_is_refused(hr: Downstream, tenant: Tenant) -> None:
    hr.store.entitlements = [{"type": "Role", "id": str(number)} for number in range(MOST + 1)]

    with pytest.raises(BadData, match="more than 10,000"):
        import_entitlements(hr.target, by=actor())

    assert tenant.entitlements.count() == 0


@pytest.fixture
def application(tmp_path: Path) -> Path:
    """Somebody's application with accounts that have a role each, and a table of roles."""
    file = tmp_path / "app.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        database.executescript(
            """
            CREATE TABLE roles (code TEXT PRIMARY KEY, title TEXT, about TEXT);
            INSERT INTO roles VALUES ('ed', 'Editor', 'Writes'), ('rd', 'Reader', NULL);
            CREATE TABLE accounts (id INTEGER PRIMARY KEY, login TEXT, role TEXT REFERENCES roles (code));
            """
        )
    return file


def target_of(tenant: Tenant, application: Path, **more: Any) -> Target:
    accounts = {"table": "accounts", "key": "id", "columns": {"login": "userName", "role": "roles.value"}}
    config = {"url": f"sqlite:///{application}", "accounts": accounts, **more}
    return make_target(tenant, "App", "sql", config)


def test_a_role_goes_from_the_target_to_okta_and_back_into_its_column(
    tenant: Tenant, stranger: Downstream, application: Path
) -> None:
    offered = {"table": "roles", "key": "code", "name": "title", "description": "about"}
    target = target_of(tenant, application, entitlements=[offered])
    import_entitlements(target, by=actor())
    okta = client_for(tenant)

    role = body(okta.get("/Roles", filter='displayName eq "editor"'))["Resources"][0]
    granted = [{"value": role["id"], "display": role["displayName"]}]
    okta.post("/Users", user_document("ada", roles=granted))
    drain(target.id, budget=timedelta(seconds=20))

    with closing(sqlite3.connect(application)) as database:
        assert database.execute("SELECT login, role FROM accounts").fetchall() == [("ada", "ed")]


def test_a_target_that_is_not_configured_to_offer_any_is_refused(
    tenant: Tenant, stranger: Downstream, application: Path
) -> None:
    with pytest.raises(Refusal, match="say in its configuration"):
        import_entitlements(target_of(tenant, application), by=actor())

    assert outcomes(tenant) == []


def test_what_a_target_offered_goes_when_it_is_configured_to_offer_none(
    tenant: Tenant, stranger: Downstream, application: Path
) -> None:
    target = target_of(tenant, application, entitlements=[{"table": "roles", "key": "code"}])
    import_entitlements(target, by=actor())
    Target.objects.filter(id=target.id).update(config={**target.config, "entitlements": []})
    target.refresh_from_db()

    assert import_entitlements(target, by=actor()).removed == 2


def test_the_command_answers_with_what_came_of_it(
    hr: Downstream, tenant: Tenant, capsys: pytest.CaptureFixture[str]
) -> None:
    make_entitlement(tenant, "reader")
    hr.store.entitlements = [EDITOR, {"type": "Role", "id": "reader"}]

    call_command("import_entitlements", tenant.name, hr.target.name, "--json")

    answer = json.loads(capsys.readouterr().out)
    assert answer == {
        "target": hr.target.name,
        "added": 1,
        "changed": 0,
        "removed": 0,
        "left_out": ["Role 'reader'"],
    }


def test_the_command_answers_people_in_words(
    hr: Downstream, tenant: Tenant, capsys: pytest.CaptureFixture[str]
) -> None:
    hr.store.entitlements = [EDITOR]

    call_command("import_entitlements", tenant.name, hr.target.name)

    assert ["left", "out", "none"] in [line.split() for line in capsys.readouterr().out.splitlines()]


def test_the_command_explains_a_failure(hr: Downstream, tenant: Tenant, stranger: Downstream) -> None:
    hr.store.errors = [Transient("HR did not answer.")]

    with pytest.raises(CommandError, match="HR did not answer"):
        call_command("import_entitlements", tenant.name, hr.target.name)
    with pytest.raises(CommandError, match="no target"):
        call_command("import_entitlements", tenant.name, stranger.target.name)
