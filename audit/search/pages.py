"""Pages of the log: by commits for who waits for more, by time for who reads a span."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from audit.models import EventQuerySet, Head
from audit.search.cursors import Cursor, Order

COLUMNS = ("body", "published", "seq")


@dataclass(frozen=True)
class Page:
    """`bodies` are LogEvents in their canonical form. `end` is where the next page begins; None: nowhere."""

    bodies: Sequence[str]
    end: Cursor | None


def poll(events: EventQuerySet, *, above: int, limit: int) -> Page:
    """Those numbered higher than `above`, in the order of commits. There is always a next page.

    `end` is None when there is nothing new: the next page begins where this one began.
    """
    rows = list(events.filter(seq__gt=above).order_by("seq").values_list(*COLUMNS)[:limit])
    end = Cursor(Order.COMMITS, rows[-1][1], rows[-1][2]) if rows else None
    return Page([row[0] for row in rows], end)


def span(events: EventQuerySet, *, order: Order, after: Cursor | None, limit: int) -> Page:
    """By time; the last page has no end."""
    if after is not None:
        events = _behind(events, order, after)
    names = ("published", "seq") if order is Order.OLDEST_FIRST else ("-published", "-seq")
    rows = list(events.order_by(*names).values_list(*COLUMNS)[: limit + 1])
    more = len(rows) > limit > 0
    end = Cursor(order, rows[limit - 1][1], rows[limit - 1][2]) if more else None
    return Page([row[0] for row in rows[:limit]], end)


def _behind(events: EventQuerySet, order: Order, after: Cursor) -> EventQuerySet:
    """By two conditions of which the first finds the place in the index; many events share a moment."""
    if order is Order.OLDEST_FIRST:
        later = Q(published__gt=after.moment) | Q(seq__gt=after.seq)
        return events.filter(later, published__gte=after.moment)
    earlier = Q(published__lt=after.moment) | Q(seq__lt=after.seq)
    return events.filter(earlier, published__lte=after.moment)


def end_of(tenant_id: uuid.UUID) -> int:
    """The number of the last event; 0 before the first."""
    return Head.objects.filter(tenant_id=tenant_id).values_list("seq", flat=True).first() or 0


def before(events: EventQuerySet, moment: datetime) -> int:
    """The number below all events that became visible at the moment or later: those never go back in time.

    `events` are all of a tenant. Halves the log until it has the place: some twenty looks into the index.
    """
    first = events.order_by("seq").values_list("seq", flat=True).first()
    last = events.order_by("-seq").values_list("seq", "sealed_at").first()
    if first is None or last is None:
        return 0
    if last[1] < moment:
        return int(last[0])
    low, high = first - 1, last[0]
    # All up to `low` are too early, and `high` is not.
    while high - low > 1:
        middle = (low + high) // 2
        seq, sealed_at = events.filter(seq__gte=middle).order_by("seq").values_list("seq", "sealed_at")[0]
        if sealed_at < moment:
            low = seq
        else:
            high = middle
    return low
