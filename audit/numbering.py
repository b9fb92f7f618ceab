"""The numbers of events only ever rise, which journals count on, though SQLite forgets where it was.

A migration may make its tables anew, and the one that counts is mostly empty.
"""

from __future__ import annotations

from django.db import connection

from audit.models import Event, Pending

_TABLE = Pending._meta.db_table


def last_number() -> int:
    """The highest that was given; 0 where nothing is counted yet, or the database remembers by itself."""
    if connection.vendor != "sqlite":
        return 0
    with connection.cursor() as cursor:
        if "audit_pending" not in connection.introspection.table_names(cursor):
            return 0
        cursor.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = %s", [_TABLE])
        return int(cursor.fetchone()[0] or 0)


def go_on_counting(last: int) -> None:
    """Behind `last`, and behind every event there is."""
    if connection.vendor != "sqlite":
        return
    newest = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
    if (least := max(last, newest)) <= last_number():
        return
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [_TABLE])
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [_TABLE, least])
