"""Extensions by the management API."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from directory.extensions import Extension
from tenants.models import Scope, Tenant
from tests.factories import make_credential, make_tenant, make_user
from tests.log import log_events
from tests.schemas import CUSTOM, EVERY_TYPE, define

PATH = "/api/v1/schemas/extensions"
BADGE = {"name": "badge", "uniqueness": "server"}


class Manager:
    def __init__(self, tenant: Tenant) -> None:
        token = make_credential(tenant, scope=Scope.MANAGE).token
        self.client, self.headers = Client(), {"Authorization": f"Bearer {token}"}

    def send(self, method: str, path: str = "", body: Any = None) -> HttpResponse:
        data = b"" if body is None else json.dumps(body)
        return self.client.generic(  # type: ignore[return-value]
            method, PATH + path, data, content_type="application/json", headers=self.headers
        )


def definition(*attributes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resource": "User",
        "urn": CUSTOM,
        "name": "Acme",
        "attributes": list(attributes or [BADGE]),
        **more,
    }


@pytest.fixture
def tenant(db: None) -> Tenant:
    return make_tenant("acme")


@pytest.fixture
def stranger(db: None) -> Tenant:
    stranger = make_tenant("stranger")
    define(stranger, {"name": "theirs"}, urn="urn:okta:stranger:1.0:user:custom")
    return stranger


@pytest.fixture
def manager(tenant: Tenant, stranger: Tenant) -> Manager:
    return Manager(tenant)


def test_an_extension_is_defined_read_changed_and_deleted(manager: Manager, tenant: Tenant) -> None:
    created = manager.send("POST", body=definition(*EVERY_TYPE)).json()  # type: ignore[attr-defined]
    path = f"/{created['id']}"

    changed = manager.send("PUT", path, {**created, "name": "Acme Inc."})
    read = [manager.send("GET", path), manager.send("GET")]
    deleted = manager.send("DELETE", path)

    assert [attribute["name"] for attribute in created["attributes"]] == [one["name"] for one in EVERY_TYPE]
    assert changed.json() == {**created, "name": "Acme Inc."}  # type: ignore[attr-defined]
    assert [answer.json() for answer in read] == [changed.json(), [changed.json()]]  # type: ignore[attr-defined]
    assert deleted.status_code == 204
    assert manager.send("GET", path).status_code == 404
    assert log_events().filter(tenant=tenant, event_type__startswith="connector.schema.").count() == 3


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        (definition(resource="Device"), "resource"),
        (definition(urn="custom"), "urn"),
        (definition(name=""), "name"),
        (definition({"name": "a b"}), "attributes[0].name"),
        (definition({"name": "x", "type": "text"}), "attributes[0].type"),
        (definition({"name": "x"}, {"name": "X"}), "attributes[1].name"),
        (definition(attributes={}), "attributes"),
        (definition(mutable=True), "mutable"),
        ([], "definition"),
    ],
)
def test_what_is_wrong_is_said_of_its_field(manager: Manager, sent: Any, field: str) -> None:
    answer = manager.send("POST", body=sent)

    assert answer.status_code == 400
    assert list(answer.json()) == [field]  # type: ignore[attr-defined]
    assert not Extension.objects.exclude(tenant__name="stranger").exists()


@pytest.mark.parametrize("resource", ["Group", "", [], {"a": 1}, 1])
def test_what_an_extension_is_for_stays(manager: Manager, tenant: Tenant, resource: Any) -> None:
    extension = define(tenant, BADGE)

    answer = manager.send("PUT", f"/{extension.id}", definition(resource=resource))

    assert answer.status_code == 400
    assert list(answer.json()) == ["resource"]  # type: ignore[attr-defined]


def test_values_that_are_not_unique_are_named(manager: Manager, tenant: Tenant) -> None:
    for name in ("ada", "bob"):
        make_user(tenant, name, **{CUSTOM: {"badge": "7"}})

    answer = manager.send("POST", body=definition())

    assert answer.status_code == 400
    assert "bob" in answer.json()["attributes[0].uniqueness"][0]  # type: ignore[attr-defined]


def test_an_extension_with_secrets_that_people_have_is_not_deleted(manager: Manager, tenant: Tenant) -> None:
    extension = define(tenant, {"name": "pin", "mutability": "writeOnly"})
    make_user(tenant, "ada", **{CUSTOM: {"pin": "8265"}})

    answer = manager.send("DELETE", f"/{extension.id}")

    assert answer.status_code == 400
    assert "which would be shown" in answer.json()["attributes"][0]  # type: ignore[attr-defined]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_strangers_extension_is_not_found(manager: Manager, stranger: Tenant, method: str) -> None:
    theirs = Extension.objects.get(tenant=stranger)

    answers = [
        manager.send(method, f"/{theirs.id}", definition()),
        manager.send(method, f"/{uuid.uuid4()}", definition()),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert Extension.objects.filter(id=theirs.id, name="Acme").exists()


def test_a_credential_for_scim_defines_nothing(tenant: Tenant) -> None:
    token = make_credential(tenant).token

    answer = Client().post(
        PATH, definition(), content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )

    assert answer.status_code == 401
    assert not Extension.objects.exists()
