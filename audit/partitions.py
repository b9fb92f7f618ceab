"""The months that the log is cut into on PostgreSQL. SQLite keeps it in one piece."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from django.db import connection, transaction

# So many months after the present one stand ready: a worker may be away for a while.
AHEAD = 2
# Everybody who reads waits behind a drop that waits: it gives up soon, and is tried again in the next round.
PATIENCE = "2s"


def make_ready(first: date | None = None) -> int:
    """Partitions for the months from `first` (this one) on; how many were made."""
    if connection.vendor != "postgresql":
        return 0
    today = datetime.now(UTC).date()
    with connection.cursor() as cursor:
        made = 0
        for month in _months(first or today, after(today, AHEAD)):
            cursor.execute("SELECT audit_partition(%s)", [month])
            made += bool(cursor.fetchone()[0])
        return made


def past_months() -> list[date]:
    """Those of which there is a partition, and which are over; the oldest first."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relid::text FROM pg_partition_tree('audit_event')"
            " WHERE relid::text ~ '_[0-9]{4}_[0-9]{2}$'"
        )
        months = [date(int(name[-7:-3]), int(name[-2:]), 1) for (name,) in cursor.fetchall()]
    return sorted(month for month in months if after(month) <= datetime.now(UTC).date())


def drop(month: date) -> None:
    """A month with everything in it. The chain stays whole: what it needs is left behind.

    Raises IntegrityError if the month is not over, OperationalError if readers hold the log for too long.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        cursor.execute("SELECT audit_drop_partition(%s)", [month])
        cursor.execute("SET LOCAL lock_timeout = 0")


def after(month: date, count: int = 1) -> date:
    """The first day of the month that comes so many months later."""
    months = month.year * 12 + month.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = after(month)
