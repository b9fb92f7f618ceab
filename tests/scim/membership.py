"""The operations that Okta changes members with, and what a group shows of them."""

from __future__ import annotations

from typing import Any

from directory.models import Group, User
from tests.scim.client import ScimClient, body


def member(user: User) -> dict[str, str]:
    return {"value": str(user.id), "display": f"{user.user_name}@example.com"}


def adding(*users: User) -> dict[str, Any]:
    return {"op": "add", "path": "members", "value": [member(user) for user in users]}


def removing(user: User) -> dict[str, Any]:
    return {"op": "remove", "path": f'members[value eq "{user.id}"]'}


def ids(group: dict[str, Any]) -> list[str]:
    return [found["value"] for found in group["members"]]


def read(client: ScimClient, group: Group) -> dict[str, Any]:
    return body(client.get(f"/Groups/{group.id}"))
