"""What a resource says of others: the members of a group, the groups of a user."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse

from directory.models import Group, Membership, User
from lib.documents import Document
from scim.hooks import base_location


def prefetch_groups(users: Sequence[User]) -> None:
    """One query for the groups of a whole page of users."""
    rows = Membership.objects.filter(group__deleted_at=None).select_related("group").order_by("id")
    prefetch_related_objects(users, Prefetch("memberships", queryset=rows, to_attr="read_memberships"))


def prefetch_members(groups: Sequence[Group]) -> None:
    """One query for the members of a whole page of groups."""
    rows = Membership.objects.select_related("user").order_by("id")
    prefetch_related_objects(groups, Prefetch("memberships", queryset=rows, to_attr="read_memberships"))


def user_groups(user: User, request: HttpRequest) -> list[Document]:
    """RFC 7643 4.1.2 `groups`: read-only, direct memberships."""
    if not hasattr(user, "read_memberships"):
        prefetch_groups([user])
    url = _base("scim:groups", request)
    return [
        {
            "value": str(row.group_id),
            "display": row.group.display_name,
            "$ref": f"{url}/{row.group_id}",
            "type": "direct",
        }
        for row in user.read_memberships  # type: ignore[attr-defined]  # put there by the prefetch
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
