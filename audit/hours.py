"""The tallies of the hours: as many as there are events, at every moment."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection

from audit.models import Event, Hourly
from lib.statements import prepared

# Hour, event type and result.
Tally = tuple[datetime, str, str]

_TABLE = Hourly._meta.db_table
_COUNT = (
    f"INSERT INTO {_TABLE} (tenant_id, hour, event_type, result, count) VALUES {{rows}} "  # noqa: S608  # names only
    "ON CONFLICT (tenant_id, hour, event_type, result) "
    f"DO UPDATE SET count = {_TABLE}.count + EXCLUDED.count"
)
_TENANT, _HOUR = Hourly._meta.get_field("tenant"), Hourly._meta.get_field("hour")


def tallies(events: Iterable[Event]) -> Counter[Tally]:
    return Counter((hour_of(event.published), event.event_type, event.result) for event in events)


def hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def count(tenant_id: uuid.UUID, events: Iterable[Event]) -> None:
    """In the transaction in which they become visible. In one order, so that nobody waits in a circle."""
    add(tenant_id, tallies(events))


def add(tenant_id: uuid.UUID, counts: Mapping[Tally, int]) -> None:
    tenant, rows = prepared(_TENANT, tenant_id), sorted(counts.items())
    values = [
        value
        for (hour, kind, result), number in rows
        for value in (tenant, prepared(_HOUR, hour), kind, result, number)
    ]
    places = ", ".join(["(%s, %s, %s, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(rows=places), values)
