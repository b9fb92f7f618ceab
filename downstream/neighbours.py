"""What else in a target a delivery concerns: mostly nothing, as statements tell that are built once."""

from __future__ import annotations

from django.db import connection

from directory.models import Membership
from downstream.models import Replica
from lib.statements import prepared, select

_TARGET, _USER = Replica._meta.get_field("target"), Replica._meta.get_field("user")


def may_share_name(replica: Replica) -> bool:
    """Whether any other replica has this name over there, or may have."""
    table = connection.ops.quote_name(Replica._meta.db_table)
    named = f"SELECT 1 FROM {table} WHERE target_id = %s AND id <> %s AND "  # noqa: S608  # names only
    target = prepared(_TARGET, replica.target_id)
    values = [target, replica.id, replica.name_key]
    # To the letter as the conditions of the indexes say it: else SQLite reads the whole target.
    applied, tried = (f"NOT ({name} = '') AND {name} = %s" for name in ("applied_name", "tried_name"))
    text = f"SELECT EXISTS ({named} {applied}) OR EXISTS ({named} {tried})"
    return bool(select(text, [*values, *values])[0][0])


def may_be_waited_for(replica: Replica) -> bool:
    """Whether the user is in any group that this target has or is to have."""
    quote = connection.ops.quote_name
    table, memberships = quote(Replica._meta.db_table), quote(Membership._meta.db_table)
    text = (
        f"SELECT EXISTS (SELECT 1 FROM {memberships} m JOIN {table} r ON r.group_id = m.group_id "  # noqa: S608
        "WHERE m.user_id = %s AND r.target_id = %s)"
    )
    return bool(select(text, [prepared(_USER, replica.user_id), prepared(_TARGET, replica.target_id)])[0][0])
