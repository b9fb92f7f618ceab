"""What a resource says of others: the members of a group, the groups of a user."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence

from django.db import connection
from django.db.models import Prefetch, QuerySet, TextField, prefetch_related_objects
from django.db.models.expressions import RawSQL
from django.http import HttpRequest

from directory.models import Group, Membership, User
from lib.documents import Document
from lib.statements import select
from scim.hooks import address

_ID = User._meta.get_field("id")
_USER, _GROUP, _MEMBERSHIP = (model._meta.db_table for model in (User, Group, Membership))
_THEIRS = f"""
    FROM {_MEMBERSHIP} m JOIN {_GROUP} g ON g.id = m.group_id AND g.deleted_at IS NULL
    WHERE m.user_id = {_USER}.id
"""
# A JSON text of pairs; null or an empty list for none.
_GROUPS = {
    "postgresql": (
        "(SELECT json_agg(json_build_array(g.id, g.display_name) ORDER BY m.id)::text"  # names only
        f" {_THEIRS})"
    ),
    "sqlite": (
        "(SELECT json_group_array(json_array(id, display_name)) FROM"  # noqa: S608  # names only
        f" (SELECT g.id, g.display_name {_THEIRS} ORDER BY m.id))"
    ),
}


def with_groups(users: QuerySet[User]) -> QuerySet[User]:
    """Users that bring the groups they are in, by the statement that reads them."""
    return users.annotate(read_groups=RawSQL(_GROUPS[connection.vendor], (), TextField()))  # noqa: S611  # fixed


def _groups_of(user: User) -> list[tuple[str, str]]:
    """Ids and names, in the order in which the user came to them."""
    if user.is_in_no_group:
        return []
    if not hasattr(user, "read_groups"):
        ((found,),) = select(_statement(), [_ID.get_db_prep_value(user.id, connection)])
    else:
        found = user.read_groups
    return [(str(uuid.UUID(group_id)), name) for group_id, name in json.loads(found or "[]")]


def _statement() -> str:
    return f"SELECT {_GROUPS[connection.vendor]} FROM {_USER} WHERE id = %s"  # noqa: S608  # names only


def prefetch_members(groups: Sequence[Group]) -> None:
    """One query for the members of a whole page of groups."""
    rows = Membership.objects.select_related("user").order_by("id")
    prefetch_related_objects(groups, Prefetch("memberships", queryset=rows, to_attr="read_memberships"))


def user_groups(user: User, request: HttpRequest) -> list[Document]:
    """RFC 7643 4.1.2 `groups`: read-only, direct memberships."""
    url = address("scim:groups", request)
    return [
        {"value": group_id, "display": name, "$ref": f"{url}/{group_id}", "type": "direct"}
        for group_id, name in _groups_of(user)
    ]


def group_members(group: Group, request: HttpRequest) -> list[Document]:
    """In the order they came. What the client called a member comes back; else what it is called here."""
    if not hasattr(group, "read_memberships"):
        prefetch_members([group])
    url = address("scim:users", request)
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
