"""A tenant that manages itself by a credential."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from downstream.connectors.memory import forget, store
from downstream.engine import drain
from downstream.models import Replica
from tenants.models import Scope, Tenant
from tests.factories import make_credential, make_target, make_tenant, make_user


class Manager:
    """Calls the management API with one credential."""

    def __init__(self, authorization: str) -> None:
        self.headers = {"Authorization": authorization}

    def get(self, path: str, **query: Any) -> HttpResponse:
        return Client().get(f"/api/v1/{path}", query, headers=self.headers)  # type: ignore[return-value]

    def post(self, path: str, body: Any) -> HttpResponse:
        return self._send("post", path, body)

    def patch(self, path: str, body: Any) -> HttpResponse:
        return self._send("patch", path, body)

    def delete(self, path: str) -> HttpResponse:
        return Client().delete(f"/api/v1/{path}", headers=self.headers)  # type: ignore[return-value]

    def _send(self, method: str, path: str, body: Any) -> HttpResponse:
        return Client().generic(  # type: ignore[return-value]
            method.upper(),
            f"/api/v1/{path}",
            body if isinstance(body, str) else json.dumps(body),
            content_type="application/json",
            headers=self.headers,
        )


@pytest.fixture
def tenant(db: None) -> Tenant:
    return make_tenant("acme")


@pytest.fixture
def manager(tenant: Tenant) -> Manager:
    return Manager(f"Bearer {make_credential(tenant, scope=Scope.MANAGE).token}")


@pytest.fixture
def parked(tenant: Tenant) -> Replica:
    """A delivery that failed, and one of a stranger."""
    for owner in (tenant, make_tenant("stranger")):
        name = f"api-{owner.name}"
        forget(name)
        store(name).refused.add("ada")
        target = make_target(owner, name)
        make_user(owner, "ada")
        drain(target.id, budget=timedelta(seconds=5))
    return Replica.objects.get(target__tenant=tenant)
