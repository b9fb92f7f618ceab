"""What a resource says of others: the members of a group, the groups of a user."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import connection
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse

from directory.models import Group, Membership, User
from lib.documents import Document
from lib.statements import select
from scim.hooks import base_location

_ID = User._meta.get_field("id")


def prefetch_groups(users: Sequence[User]) -> None:
    """One query for the groups of a whole page of users."""
    found: dict[uuid.UUID, list[tuple[uuid.UUID, str]]] = {user.id: [] for user in users}
    if users:
        ids = [_ID.get_db_prep_value(user.id, connection) for user in users]
        for user_id, group_id, name in select(_groups_of(len(ids)), ids):
            found[_ID.to_python(user_id)].append((_ID.to_python(group_id), name))
    for user in users:
        user.read_groups = found[user.id]  # type: ignore[attr-defined]  # read by user_groups


def _groups_of(number: int) -> str:
    """In the order in which each user came to them."""
    membership, group = Membership._meta.db_table, Group._meta.db_table
    return (
        f"SELECT m.user_id, g.id, g.display_name FROM {membership} m "  # noqa: S608  # names only
        f"JOIN {group} g ON g.id = m.group_id AND g.deleted_at IS NULL "
        f"WHERE m.user_id IN ({', '.join(['%s'] * number)}) ORDER BY m.id"
    )


def prefetch_members(groups: Sequence[Group]) -> None:
    """One query for the members of a whole page of groups."""
    rows = Membership.objects.select_related("user").order_by("id")
    prefetch_related_objects(groups, Prefetch("memberships", queryset=rows, to_attr="read_memberships"))


def user_groups(user: User, request: HttpRequest) -> list[Document]:
    """RFC 7643 4.1.2 `groups`: read-only, direct memberships."""
    if not hasattr(user, "read_groups"):
        prefetch_groups([user])
    url = _base("scim:groups", request)
    groups: list[tuple[uuid.UUID, str]] = user.read_groups  # type: ignore[attr-defined]  # put there above
    return [
        {"value": str(group_id), "display": name, "$ref": f"{url}/{group_id}", "type": "direct"}
        for group_id, name in groups
    ]


def group_members(group: Group, request: HttpRequest) -> list[Document]:
    """In the order they came. What the client called a member comes back; else what it is called here."""
    if not hasattr(group, "read_memberships"):
        prefetch_members([group])
    url = _base("scim:users", request)
    rows: list[Membership] = group.read_memberships  # type: ignore[attr-defined]  # put there by the prefetch
    return [_member(row, url) for row in rows if row.user is None or row.user.is_living]


def _member(row: Membership, url: str) -> Document:
    if row.user is None:
        sent = {"display": row.display, "type": row.type}
        return {"value": row.value, **{name: text for name, text in sent.items() if text}}
    return {
        "value": row.value,
        "display": row.display or row.user.label,
        "type": "User",
        "$ref": f"{url}/{row.value}",
    }


def _base(url_name: str, request: HttpRequest) -> str:
    return base_location(request).rstrip("/") + reverse(url_name)
