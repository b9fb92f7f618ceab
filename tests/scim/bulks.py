"""Bulk requests and what is read from their answers."""

from __future__ import annotations

from typing import Any

from tests.factories import user_document
from tests.scim.client import ScimClient, body

BULK_REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
BULK_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def bulk(*operations: Any, **fields: Any) -> dict[str, Any]:
    return {"schemas": [BULK_REQUEST], "Operations": list(operations), **fields}


def new_user(bulk_id: str, name: str | None = None, **attributes: Any) -> dict[str, Any]:
    data = user_document(name or bulk_id, **attributes)
    return {"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": data}


def new_group(bulk_id: str, *members: str) -> dict[str, Any]:
    data = {"displayName": bulk_id, "members": [{"value": value} for value in members]}
    return {"method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": data}


def patch(path: str, *operations: Any, **fields: Any) -> dict[str, Any]:
    data = {"schemas": [PATCH_OP], "Operations": list(operations)}
    return {"method": "PATCH", "path": path, "data": data, **fields}


def run(okta: ScimClient, *operations: Any, **fields: Any) -> list[dict[str, Any]]:
    """The operations of the answer, which is a BulkResponse."""
    answer = okta.post("/Bulk", bulk(*operations, **fields))
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/scim+json"
    assert body(answer)["schemas"] == [BULK_RESPONSE]
    found: list[dict[str, Any]] = body(answer)["Operations"]
    return found


def statuses(operations: list[dict[str, Any]]) -> list[str]:
    return [operation["status"] for operation in operations]


def id_in(operation: dict[str, Any]) -> str:
    """The id of the resource at the operation's location."""
    location: str = operation["location"]
    return location.rsplit("/", 1)[1]
