"""A SCIM client over the real WSGI application, with the headers that Okta sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tenants.models import Tenant
from tests.factories import make_credential

BASE = "/scim/v2"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
# What would tell a caller how we are made.
LEAKS = ("Traceback", "SELECT", "INSERT", "UNIQUE", "django", "psycopg", "sqlite", ".py")


class ScimClient:
    """Sends `Authorization` as told; every answer is kept as it came."""

    def __init__(self, authorization: str) -> None:
        self.headers = {
            "Authorization": authorization,
            "Accept": "application/scim+json",
            "Accept-Charset": "utf-8",
            "User-Agent": "Okta SCIM Client 1.0.0",
        }
        self.django = Client()

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.django.get(BASE + path, query, headers=self.headers)  # type: ignore[return-value]

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        content_type: str = "application/scim+json; charset=utf-8",
        headers: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        data = body if isinstance(body, bytes) else json.dumps(body)
        return self.django.generic(  # type: ignore[return-value]
            method, BASE + path, data, content_type=content_type, headers={**self.headers, **(headers or {})}
        )

    def post(self, path: str, body: Any) -> HttpResponse:
        return self.send("POST", path, body)

    def put(self, path: str, body: Any) -> HttpResponse:
        return self.send("PUT", path, body)

    def patch(self, path: str, *operations: Any) -> HttpResponse:
        schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]
        return self.send("PATCH", path, {"schemas": schemas, "Operations": list(operations)})

    def delete(self, path: str) -> HttpResponse:
        return self.django.delete(BASE + path, headers=self.headers)  # type: ignore[return-value]


def client_for(tenant: Tenant) -> ScimClient:
    return ScimClient(f"Bearer {make_credential(tenant).token}")


def body(response: HttpResponse) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(response.content)
    return document


def assert_scim_error(answer: HttpResponse, status: int, scim_type: str | None = None) -> None:
    """RFC 7644 3.12, with the string status that the RFC and Okta's tests want."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/scim+json"
    error = body(answer)
    assert error["schemas"] == [ERROR]
    assert error["status"] == str(status)
    assert error["detail"]
    assert error.get("scimType") == scim_type
    assert not [leak for leak in LEAKS if leak in str(error)]
