"""What the database itself refuses: a sealed event is neither changed nor taken away but by two narrow doors.

Retention buries: an event goes once its tombstone is there, and not before it is a day old. Erasure
redacts: while one of the tenant is under way, what an event says may change, never its place in the chain.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from django.db import connection, transaction

from audit.guards import postgresql, sqlite

# What erasure may change. Everything else of an event is as it was sealed.
REDACTABLE = frozenset({"body", "blocks", "words", "actor_id", "user_id"})
TABLES = frozenset({"audit_event", "audit_tombstone", "audit_anchor", "audit_erasure"})


class _Guards(Protocol):
    """Statements of one database, which may be run again and again."""

    def raising(self, fixed: list[str], redactable: list[str]) -> list[str]: ...

    def lowering(self) -> list[str]: ...


_BY_VENDOR: dict[str, Any] = {"postgresql": postgresql, "sqlite": sqlite}


def raise_guards() -> bool:
    """Whether the tables are all there: halfway through the migrations there is nothing to guard."""
    with connection.cursor() as cursor:
        if not set(connection.introspection.table_names(cursor)) >= TABLES:
            return False
        described = connection.introspection.get_table_description(cursor, "audit_event")
    columns = [column.name for column in described]
    fixed = [name for name in columns if name not in REDACTABLE]
    _run(_of_this_database().raising(fixed, [name for name in columns if name in REDACTABLE]))
    return True


def lower_guards() -> None:
    with connection.cursor() as cursor:
        names = set(connection.introspection.table_names(cursor))
    if names >= TABLES:
        _run(_of_this_database().lowering())


@contextmanager
def lowered_guards() -> Iterator[None]:
    """For migrations, and for tests that empty their database."""
    lower_guards()
    try:
        yield
    finally:
        raise_guards()


def _of_this_database() -> _Guards:
    guards: _Guards = _BY_VENDOR[connection.vendor]
    return guards


def _run(statements: list[str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
