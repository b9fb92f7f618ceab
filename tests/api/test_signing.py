"""New signing secrets by the management API."""

from __future__ import annotations

import json

from downstream.models import Target
from tenants.models import Tenant
from tests.api.conftest import Manager
from tests.factories import make_target, make_tenant


def hook_of(tenant: Tenant) -> Target:
    return make_target(tenant, "Hook", kind="webhook", config={"url": "https://hooks.example.com/"})


def test_a_new_secret_is_answered_once(tenant: Tenant, manager: Manager) -> None:
    hook = hook_of(tenant)

    response = manager.post(f"targets/{hook.id}/secret-rotations", {"keep_hours": 1})

    hook.refresh_from_db()
    assert response.status_code == 201
    assert json.loads(response.content) == {"secret": hook.settings["secret"]}


def test_what_makes_no_sense_is_refused(tenant: Tenant, manager: Manager) -> None:
    hook, other = hook_of(tenant), make_target(tenant, "HR")

    wrong = manager.post(f"targets/{hook.id}/secret-rotations", {"keep_hours": -1})
    unsigned = manager.post(f"targets/{other.id}/secret-rotations", {})

    assert (wrong.status_code, unsigned.status_code) == (400, 409)


def test_a_strangers_target_is_not_there(manager: Manager) -> None:
    hook = hook_of(make_tenant("stranger"))

    assert manager.post(f"targets/{hook.id}/secret-rotations", {}).status_code == 404


def test_a_webhook_that_is_added_is_told_the_secret_that_is_made(tenant: Tenant, manager: Manager) -> None:
    config = {"url": "https://hooks.example.com/"}

    response = manager.post("targets", {"name": "Hook", "kind": "webhook", "config": config})

    told = json.loads(response.content)
    assert told["made"] == {"secret": Target.objects.get(id=told["id"]).settings["secret"]}
    assert (told["secret_fields"], told["config"]) == (["secret"], config)
