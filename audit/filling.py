"""Many events at the speed of the database, sealed without having waited: for synthetic data."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.db import connection, transaction

from audit.log_event import Entry
from audit.models import Pending
from audit.sealing import hold_head, seal, seal_rows
from audit.services import pending

PART = 5000


@transaction.atomic
def append(tenant_id: uuid.UUID, happened: Iterable[tuple[Entry, datetime]]) -> int:
    """Behind everything that waits, in this order; returns how many. No other sealer comes in between."""
    seal(tenant_id, most=None)
    head, source, count = hold_head(tenant_id, wait=True), iter(happened), 0
    assert head is not None  # noqa: S101  # there is one by now, and it was waited for
    while part := list(islice(source, PART)):
        rows = [pending(tenant_id, entry, moment) for entry, moment in part]
        for row, number in zip(rows, _numbers(len(rows)), strict=True):
            row.id = number
        seal_rows(head, rows)
        count += len(rows)
    return count


def _numbers(count: int) -> Iterator[int]:
    """Of rows that are to be sealed: nobody else gets them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [Pending._meta.db_table, count],
            )
            return iter([number for (number,) in cursor.fetchall()])
        cursor.execute(
            "UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s RETURNING seq",
            [count, Pending._meta.db_table],
        )
        found = cursor.fetchone()
        if found is None:
            cursor.execute("INSERT INTO sqlite_sequence VALUES (%s, %s)", [Pending._meta.db_table, count])
        last = found[0] if found else count
        return iter(range(last - count + 1, last + 1))
