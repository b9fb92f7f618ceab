"""The management API's roles and entitlements, and reading them from targets."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from downstream.connectors.memory import Store, forget, store
from downstream.entitlements import import_entitlements
from downstream.errors import AccessDenied
from downstream.models import Target
from tenants.models import Scope, Tenant
from tests.factories import actor, make_credential, make_entitlement, make_target, make_tenant
from tests.log import log_events


class Manager:
    """Speaks with a tenant's credential of one scope."""

    def __init__(self, tenant: Tenant, scope: Scope = Scope.MANAGE) -> None:
        self.headers = {"Authorization": f"SSWS {make_credential(tenant, scope=scope).token}"}

    def send(self, method: str, path: str, body: Any = None) -> HttpResponse:
        return Client().generic(  # type: ignore[return-value]
            method, f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=self.headers
        )


def read(answer: HttpResponse) -> Any:
    return json.loads(answer.content)


def values(answer: HttpResponse) -> list[str]:
    return [row["value"] for row in read(answer)["results"]]


@pytest.fixture
def tenant(db: None) -> Tenant:
    return make_tenant("acme")


@pytest.fixture
def stranger(db: None) -> Tenant:
    stranger = make_tenant("stranger")
    make_entitlement(stranger, "editor", display_name="Stranger")
    make_target(stranger, "HR")
    return stranger


@pytest.fixture
def manager(tenant: Tenant, stranger: Tenant) -> Manager:
    return Manager(tenant)


@pytest.fixture
def hr(tenant: Tenant, stranger: Tenant) -> Iterator[Target]:
    forget("hr of acme")
    yield make_target(tenant, "HR", config={"name": "hr of acme"})
    forget("hr of acme")


@pytest.fixture
def there(hr: Target) -> Store:
    """What lives behind the target."""
    return store("hr of acme")


def test_a_role_is_added_read_changed_and_deleted(manager: Manager, tenant: Tenant) -> None:
    added = manager.send("POST", "roles", {"value": "editor", "display_name": "Editor"})
    path = f"roles/{read(added)['id']}"
    changed = manager.send("PUT", path, {"display_name": "Chief editor", "description": "Decides"})
    found = manager.send("GET", path)
    deleted = manager.send("DELETE", path)

    assert (added.status_code, changed.status_code, deleted.status_code) == (201, 200, 204)
    told = {name: read(found)[name] for name in ("type", "value", "display_name", "description", "target")}
    assert told == {
        "type": "Role",
        "value": "editor",
        "display_name": "Chief editor",
        "description": "Decides",
        "target": None,
    }
    assert manager.send("GET", path).status_code == 404
    assert log_events().filter(tenant=tenant, event_type__startswith="connector.entitlement.").count() == 3


def test_lists_show_the_tenants_own_and_are_narrowed_by_type(manager: Manager, tenant: Tenant) -> None:
    make_entitlement(tenant, "editor")
    make_entitlement(tenant, "pro", "License")

    assert values(manager.send("GET", "roles")) == ["editor"]
    assert values(manager.send("GET", "entitlements")) == ["editor", "pro"]
    assert values(manager.send("GET", "entitlements?type=License")) == ["pro"]
    assert values(manager.send("GET", "entitlements?type=%00Secret")) == []
    assert "Stranger" not in manager.send("GET", "entitlements").content.decode()


def test_an_entitlement_has_a_type_of_the_tenants_own(manager: Manager, tenant: Tenant) -> None:
    answer = manager.send("POST", "entitlements", {"type": "License", "value": "pro"})

    assert answer.status_code == 201
    assert (tenant.entitlements.get().type, tenant.entitlements.get().display_name) == ("License", "pro")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"value": "editor"}, 409),
        ({}, 400),
        ([], 400),
        ({"value": ""}, 400),
        ({"value": "/x"}, 400),
        ({"value": " x"}, 400),
        ({"value": "a\0b"}, 400),
        ({"value": "x" * 256}, 400),
        ({"value": "x", "display_name": "y" * 256}, 400),
        ({"value": "x", "description": "y" * 1001}, 400),
        ({"value": {"a": 1}}, 400),
    ],
)
def test_what_can_be_no_role_is_refused_in_words(
    manager: Manager, tenant: Tenant, body: Any, status: int
) -> None:
    make_entitlement(tenant, "editor")

    answer = manager.send("POST", "roles", body)

    assert answer.status_code == status
    assert read(answer)
    assert tenant.entitlements.count() == 1


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("kind", ["roles", "entitlements"])
def test_a_strangers_is_not_found(manager: Manager, stranger: Tenant, method: str, kind: str) -> None:
    theirs = stranger.entitlements.get()

    for identifier in (theirs.id, uuid.uuid4()):
        assert manager.send(method, f"{kind}/{identifier}", {"display_name": "x"}).status_code == 404

    theirs.refresh_from_db()
    assert theirs.display_name == "Stranger"


def test_an_import_says_what_came_of_it(manager: Manager, tenant: Tenant, there: Store) -> None:
    there.entitlements = [{"type": "Role", "id": "editor"}, {"type": "Role", "id": ""}]

    answer = manager.send("POST", "entitlement-imports", {"target": "HR"})

    assert answer.status_code == 200
    assert read(answer) == {"added": 1, "changed": 0, "removed": 0, "left_out": ["Role ''"]}
    assert [row["target"] for row in read(manager.send("GET", "roles"))["results"]] == [
        str(tenant.targets.get().id)
    ]


def test_a_target_that_refuses_is_told_with_its_class(manager: Manager, there: Store) -> None:
    there.errors = [AccessDenied("HR refuses the password.")]

    answer = manager.send("POST", "entitlement-imports", {"target": "HR"})

    assert answer.status_code == 502
    assert read(answer) == {"detail": "HR refuses the password.", "error_class": "access"}


def test_what_a_target_has_is_not_changed_here(manager: Manager, hr: Target, there: Store) -> None:
    there.entitlements = [{"type": "Role", "id": "editor"}]
    import_entitlements(hr, by=actor())
    path = f"roles/{hr.tenant.entitlements.get().id}"

    answers = [manager.send("PUT", path, {"display_name": "x"}), manager.send("DELETE", path)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert "target" in read(answers[0])["detail"]


@pytest.mark.parametrize("body", [{}, {"target": "nobody"}, {"target": "a\0"}, {"target": 7}, []])
def test_an_import_of_no_target_is_refused(manager: Manager, body: Any) -> None:
    assert manager.send("POST", "entitlement-imports", body).status_code in {400, 404}


@pytest.mark.parametrize("path", ["roles", "entitlements", "entitlement-imports"])
def test_only_a_credential_that_manages_is_let_in(tenant: Tenant, path: str) -> None:
    assert Manager(tenant, Scope.SCIM).send("POST", path, {"value": "x"}).status_code == 401
    assert tenant.entitlements.count() == 0
