"""What a resource says of others: the members of a group, the groups of a user."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from functools import cache

from django.db import connection
from django.db.models import QuerySet, Sum, TextField
from django.db.models.expressions import RawSQL
from django.http import HttpRequest

from directory.models import Group, Membership, User
from lib.documents import Document
from lib.statements import select
from scim.hooks import address

_ID = User._meta.get_field("id")
_USER, _GROUP, _MEMBERSHIP = (model._meta.db_table for model in (User, Group, Membership))


def _dashed(id: str) -> str:
    """SQLite keeps UUIDs as 32 hexadecimal digits."""
    parts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    return " || '-' || ".join(f"substr({id}, {start}, {length})" for start, length in parts)


# A JSON text of pairs.
_GROUPS = {
    # OFFSET 0 keeps PostgreSQL from reading all groups anew for each user where there are few of them.
    "postgresql": (
        "COALESCE((SELECT json_agg(json_build_array(g.id, g.display_name) ORDER BY m.id)::text"  # noqa: S608  # names
        f" FROM {_MEMBERSHIP} m CROSS JOIN LATERAL (SELECT id, display_name FROM {_GROUP}"
        " WHERE id = m.group_id AND deleted_at IS NULL OFFSET 0) g WHERE m.user_id = {user}.id), '[]')"
    ),
    "sqlite": (
        "(SELECT json_group_array(json_array(id, display_name)) FROM (SELECT"  # noqa: S608  # names
        f" {_dashed('g.id')} AS id, g.display_name"
        f" FROM {_MEMBERSHIP} m JOIN {_GROUP} g ON g.id = m.group_id AND g.deleted_at IS NULL"
        " WHERE m.user_id = {user}.id ORDER BY m.id))"
    ),
}


def groups_in(user: str) -> str:
    """An expression of the groups of the user whom a statement calls so."""
    return _GROUPS[connection.vendor].format(user=user)


def with_groups(users: QuerySet[User]) -> QuerySet[User]:
    """Users that bring the groups they are in, by the statement that reads them."""
    return users.annotate(read_groups=RawSQL(groups_in(_USER), (), TextField()))  # type: ignore[no-redef]  # noqa: S611  # the note; fixed SQL


def groups_of(user: User) -> str:
    """As the database writes them, in the order in which the user came to them."""
    if user.read_groups is None:
        ((found,),) = select(_statement(), [_ID.get_db_prep_value(user.id, connection)])
        user.read_groups = found
    return user.read_groups


def _statement() -> str:
    return f"SELECT {groups_in(_USER)} FROM {_USER} WHERE id = %s"  # noqa: S608  # names only


def read_members(groups: Sequence[Group], request: HttpRequest) -> None:
    """One statement for the members of a whole page of groups; the database writes them as JSON texts."""
    if not groups:
        return
    url = json.dumps(f"{address('scim:users', request)}/")[1:-1]
    tenant, *ids = (
        _ID.get_db_prep_value(id, connection) for id in (groups[0].tenant_id, *(group.id for group in groups))
    )
    rows = select(_members_statement(len(ids)), [url, tenant, *ids])
    found = {uuid.UUID(str(id)): (text, _mark(total)) for id, text, total in rows}
    for group in groups:
        group.read_members, group.read_mark = found.get(group.id, ("[]", ""))


@cache
def _members_statement(number: int) -> str:
    """In the order they came. With the tenant PostgreSQL can read its users as a whole for a large group."""
    return (
        f"SELECT group_id, {_MEMBERS[connection.vendor]}, CAST(SUM(version) AS bigint) FROM ("  # noqa: S608  # names
        f"SELECT m.id, m.group_id, m.user_id, m.value, {_NAME} AS name, m.type, %s AS url, "
        "CASE WHEN m.display = '' THEN u.version END AS version "
        f"FROM {_MEMBERSHIP} m LEFT JOIN {_USER} u ON u.id = m.user_id AND u.tenant_id = %s "
        f"WHERE m.group_id IN ({', '.join(['%s'] * number)}) AND u.deleted_at IS NULL "
        "ORDER BY m.group_id, m.id) m GROUP BY group_id"
    )


# What the client called a member comes back; else what it is called here.
_NAME = "COALESCE(NULLIF(m.display, ''), NULLIF(u.display_name, ''), u.user_name)"
_UNKNOWN = "'value', value, 'display', name, 'type', NULLIF(type, '')"
_MEMBERS = {
    # The value of a known member is an id. Texts are joined, as building objects takes half as long again.
    "postgresql": (
        "'[' || string_agg(CASE WHEN user_id IS NULL "
        f"THEN json_strip_nulls(json_build_object({_UNKNOWN}))::text "
        """ELSE '{"value": "' || value || '", "display": ' || to_json(name) """
        """|| ', "type": "User", "$ref": "' || url || value || '"}' END, ', ' ORDER BY id) || ']'"""
    ),
    "sqlite": (
        f"json_group_array(CASE WHEN user_id IS NULL THEN json_patch('{{}}', json_object({_UNKNOWN})) "
        "ELSE json_object('value', value, 'display', name, 'type', 'User', '$ref', url || value) END)"
    ),
}


def user_groups(user: User, request: HttpRequest) -> list[Document]:
    return shown_groups(groups_of(user), address("scim:groups", request))


def shown_groups(read: str, url: str) -> list[Document]:
    """RFC 7643 4.1.2 `groups`: read-only, direct memberships. `read` is what `groups_in` gives."""
    return [
        {
            "value": group_id,
            "display": name,
            "$ref": f"{url}/{group_id}",
            "type": "direct",
        }
        for group_id, name in (json.loads(read) if read != "[]" else ())
    ]


def groups_mark(read: str) -> str:
    """Another one whenever the groups are others or are called otherwise; empty without groups."""
    return hashlib.blake2b(read.encode(), digest_size=6).hexdigest() if read != "[]" else ""


def group_members(group: Group, request: HttpRequest) -> str:
    """A JSON list: of a large group too much to be read."""
    if group.read_members is None:
        read_members([group], request)
    return group.read_members or "[]"


def members_mark(group: Group) -> str:
    """Another one whenever somebody may be called otherwise whom no client gave a name as a member.

    Within one version of the group these are the same users, and the versions of users only rise.
    """
    if group.read_mark is None:
        named_here = group.memberships.resolved().filter(display="")
        group.read_mark = _mark(named_here.aggregate(total=Sum("user__version"))["total"])
    return group.read_mark


def _mark(total: int | None) -> str:
    return f"{total:x}" if total else ""
