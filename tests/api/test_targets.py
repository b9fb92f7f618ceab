"""The management API of targets: adding, reading, changing and deleting them."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from downstream.models import State, Target
from tenants.models import Tenant
from tests.api.conftest import Manager
from tests.factories import make_target, make_tenant, make_user
from tests.log import log_events

SQL: dict[str, Any] = {
    "url": "sqlite:////nowhere/hr.sqlite3?password=hunter2",
    "accounts": {"table": "people", "key": "id", "columns": {"login": "userName"}},
}
NO_ONE = UUID("00000000-0000-4000-8000-000000000000")


@pytest.fixture
def target(tenant: Tenant) -> Target:
    return make_target(tenant, "HR", kind="sql", config=SQL)


@pytest.fixture
def strangers(db: None) -> Target:
    return make_target(make_tenant("stranger"), "HR")


def body_of(answer: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(answer.content)
    return read


def test_a_target_is_read_with_its_settings_and_without_secrets(manager: Manager, target: Target) -> None:
    answer = manager.get(f"targets/{target.id}")

    told = body_of(answer)
    assert told["config"] == {"accounts": SQL["accounts"]}
    assert (told["secret_fields"], told["time_limit"], told["concurrency"]) == (["url"], 10, 4)
    assert b"hunter2" not in answer.content


def test_what_was_read_may_be_sent_back_with_a_change(manager: Manager, target: Target) -> None:
    told = body_of(manager.get(f"targets/{target.id}"))

    answer = manager.patch(
        f"targets/{target.id}",
        {"config": told["config"], "revision": told["revision"], "time_limit": 20, "name": "Payroll"},
    )

    assert (answer.status_code, body_of(answer)["time_limit"], body_of(answer)["name"]) == (
        200,
        20,
        "Payroll",
    )
    target.refresh_from_db()
    assert target.settings == SQL


def test_a_change_by_revision_notices_another_one(manager: Manager, target: Target) -> None:
    manager.patch(f"targets/{target.id}", {"revision": 1, "time_limit": 20})

    answer = manager.patch(f"targets/{target.id}", {"revision": 1, "time_limit": 30})

    assert (answer.status_code, list(body_of(answer))) == (409, ["revision"])
    assert Target.objects.get(id=target.id).time_limit == 20


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"time_limit": 0}, "time_limit"),
        ({"time_limit": "x"}, "time_limit"),
        ({"concurrency": 1000}, "concurrency"),
        ({"concurrency": 2**70}, "concurrency"),
        ({"rate": 0}, "rate"),
        ({"rate": "fast"}, "rate"),
        ({"name": "a/b"}, "name"),
        ({"name": None}, "name"),
        ({"config": []}, "config"),
        ({"config": {"accounts": 1}}, "config"),
        ({"timelimit": 5}, "timelimit"),
        ({"mode": "deleting"}, "mode"),
        ({"guard_percent": 101}, "guard_percent"),
        ({"guard_floor": -1}, "guard_floor"),
        ({"wait_seconds": 26}, "wait_seconds"),
        ({"kind": "memory"}, "kind"),
    ],
)
def test_a_refused_change_names_the_field(
    manager: Manager, target: Target, body: dict[str, Any], field: str
) -> None:
    answer = manager.patch(f"targets/{target.id}", body)

    assert (answer.status_code, list(body_of(answer))) == (400, [field])
    assert Target.objects.get(id=target.id).revision == 1


def test_a_target_is_switched_to_each_mode(manager: Manager, target: Target) -> None:
    for mode in ("paused", "dry-run", "live"):
        assert body_of(manager.patch(f"targets/{target.id}", {"mode": mode}))["mode"] == mode


def test_a_target_may_begin_with_a_dry_run(manager: Manager) -> None:
    answer = manager.post("targets", {"name": "HR", "kind": "sql", "config": SQL, "mode": "dry-run"})

    assert body_of(answer)["mode"] == "dry-run"


def test_held_removals_are_decided(manager: Manager, tenant: Tenant, target: Target) -> None:
    user = make_user(tenant, "ada")
    Target.objects.filter(id=target.id).update(guard_since=timezone.now())
    user.replicas.update(state=State.HELD, held_since=timezone.now(), due_at=None)

    unexplained = manager.post(f"targets/{target.id}/guard", {"decision": "reject"})
    rejected = manager.post(f"targets/{target.id}/guard", {"decision": "reject", "reason": "A mistake."})
    again = manager.post(f"targets/{target.id}/guard", {"decision": "allow"})

    assert (unexplained.status_code, list(body_of(unexplained))) == (400, ["reason"])
    assert body_of(rejected) == {"rejected": 1}
    assert again.status_code == 409
    assert user.replicas.get().state == State.PARKED


def test_a_target_is_added_and_owes_the_directory(manager: Manager, tenant: Tenant) -> None:
    make_user(tenant, "ada")

    answer = manager.post("targets", {"name": "HR", "kind": "sql", "config": SQL})

    assert answer.status_code == 201
    assert Target.objects.get(id=body_of(answer)["id"]).replicas.count() == 1
    assert b"hunter2" not in answer.content


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "sql", "config": SQL}, "name"),
        ({"name": "HR", "kind": "fax", "config": SQL}, "config"),
        ({"name": "HR", "kind": "sql", "config": {}}, "config"),
    ],
)
def test_a_target_that_can_t_be_is_not_added(
    manager: Manager, tenant: Tenant, body: dict[str, Any], field: str
) -> None:
    answer = manager.post("targets", body)

    assert (answer.status_code, list(body_of(answer))) == (400, [field])
    assert not Target.objects.filter(tenant=tenant).exists()


def test_a_target_is_deleted(manager: Manager, tenant: Tenant, target: Target) -> None:
    assert manager.delete(f"targets/{target.id}").status_code == 202
    assert manager.get(f"targets/{target.id}").status_code == 404
    assert log_events().filter(tenant=tenant, event_type="application.lifecycle.delete").count() == 1


def test_a_stranger_s_target_is_not_found_and_not_changed(manager: Manager, strangers: Target) -> None:
    for target_id in (strangers.id, NO_ONE):
        assert manager.get(f"targets/{target_id}").status_code == 404
        assert manager.patch(f"targets/{target_id}", {"time_limit": 20}).status_code == 404
        assert manager.delete(f"targets/{target_id}").status_code == 404
        assert manager.post(f"targets/{target_id}/guard", {"decision": "allow"}).status_code == 404
    assert Target.objects.get(id=strangers.id).time_limit == 10


def test_a_target_waits_for_others_of_its_tenant(
    manager: Manager, tenant: Tenant, target: Target, strangers: Target
) -> None:
    other = make_target(tenant, "Mail", kind="sql", config=SQL)

    told = body_of(manager.patch(f"targets/{other.id}", {"after": [str(target.id)]}))
    circle = manager.patch(f"targets/{target.id}", {"after": [str(other.id)]})
    unknown = manager.patch(f"targets/{target.id}", {"after": [str(strangers.id)]})

    assert told["after"] == [str(target.id)]
    assert (circle.status_code, "wait for each other" in body_of(circle)["after"][0]) == (400, True)
    assert (unknown.status_code, "There is no target" in body_of(unknown)["after"][0]) == (400, True)
