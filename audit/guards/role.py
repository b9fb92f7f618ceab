"""A role of PostgreSQL for web and workers, which may add to the log and read it, and nothing else.

Triggers stop mistakes; they don't stop who may drop them. This role owns nothing.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from audit.guards.postgresql import DOORS

# What the role may do to the tables of the log. Everything else of ours is its to change.
LOG = {
    "audit_event": "SELECT, INSERT",
    "audit_checkpoint": "SELECT, INSERT",
    "audit_tombstone": "SELECT",
    "audit_anchor": "SELECT",
    "django_migrations": "SELECT",
}


class NoSuchRole(Exception):
    """This role can't be had; the sentence says why."""


@transaction.atomic
def grant(role: str) -> bool:
    """Give the role what it needs and take what it has beyond; True if it was made, and has no password yet.

    Raises NoSuchRole.
    """
    if connection.vendor != "postgresql":
        raise NoSuchRole("SQLite knows no roles: the file belongs to whoever may write it.")
    is_new = _make(role)
    _run(f"GRANT USAGE ON SCHEMA {_schema()} TO {_name(role)}")
    for table in _tables():
        allowed = LOG.get(table, "SELECT, INSERT, UPDATE, DELETE")
        _run(f"REVOKE ALL ON {_name(table)} FROM {_name(role)}")
        _run(f"GRANT {allowed} ON {_name(table)} TO {_name(role)}")
    _run(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {_schema()} TO {_name(role)}")
    for door in DOORS:
        _run(f"GRANT EXECUTE ON FUNCTION {door} TO {_name(role)}")
    return is_new


def _make(role: str) -> bool:
    found = _run(
        "SELECT rolsuper, pg_has_role(rolname, current_user, 'MEMBER') FROM pg_roles WHERE rolname = %s", role
    )
    if not found:
        _run(f"CREATE ROLE {_name(role)} LOGIN")
        return True
    ((is_super, is_owner),) = found
    if is_super or is_owner:
        raise NoSuchRole(f"{role} is a superuser or owns the log: nothing can be kept from it.")
    return False


def _tables() -> list[str]:
    """Of the present schema, without the partitions of the log, which nobody need name."""
    rows = _run(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
        " AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname"
    )
    return [name for (name,) in rows]


def _schema() -> str:
    ((name,),) = _run("SELECT current_schema()")
    return _name(name)


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _run(statement: str, *values: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []
