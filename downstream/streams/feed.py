"""Which events come next in a stream."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from audit.models import Event, EventQuerySet, Head
from downstream.models import LogStream
from downstream.streams.sinks import Batch, Item

# Receivers limit what they take at once. One event is sent whatever its size.
MOST_BYTES = 800_000


@dataclass(frozen=True)
class Portion:
    """A stretch of the log, up to the place `end`, and those events in it that the stream is about."""

    items: tuple[Item, ...]
    end: int

    def batch(self, stream: LogStream) -> Batch:
        return Batch(stream.id, self.items)


def end_of_log(tenant_id: uuid.UUID) -> int:
    """The place of the last sealed event."""
    return Head.objects.filter(tenant_id=tenant_id).values_list("seq", flat=True).first() or 0


def next_portion(stream: LogStream, *, most: int) -> Portion | None:
    """None at the end of the log. A portion that was begun is the same again: the log does not change."""
    end = stream.batch_end or end_of_log(stream.tenant_id)
    if end <= stream.start:
        return None
    events = Event.objects.filter(tenant_id=stream.tenant_id, seq__gt=stream.start, seq__lte=end)
    if stream.batch_end is not None:
        return Portion(_items(of_types(events, stream.event_types)), end)
    found = _items(of_types(events, stream.event_types)[:most])
    fitting = _fitting(found)
    is_whole = len(found) < most and len(fitting) == len(found)
    return Portion(fitting, end if is_whole else fitting[-1].seq)


def of_types(events: EventQuerySet, wanted: Sequence[str]) -> EventQuerySet:
    """Oldest first."""
    if wanted:
        exact = Q(event_type__in=[one for one in wanted if not one.endswith("*")])
        for beginning in (one[:-1] for one in wanted if one.endswith("*")):
            exact |= Q(event_type__startswith=beginning)
        events = events.filter(exact)
    return events.order_by("seq")


def _items(events: EventQuerySet) -> tuple[Item, ...]:
    return tuple(Item(seq, body) for seq, body in events.values_list("seq", "body"))


def _fitting(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """As many of the first as make no batch too large."""
    size = 0
    for number, item in enumerate(items):
        size += len(item.body)
        if number and size > MOST_BYTES:
            return items[:number]
    return items
