"""Reading a large log: pages, polls, the histogram."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from django.db.models import Sum
from django.db.models.functions import TruncDay

from audit.models import Event, EventQuerySet, Head, Hourly
from audit.search import Cursor, Order, narrow, poll, span
from bench.logs import synthetic
from bench.logs.figures import Figure

TIMES = 15
PAGE, WHOLE_PAGE = 100, 1000
FIRST_PAGES = {
    "of the last 7 days": {},
    "of one eventType": {"filter": 'eventType eq "application.provision.user.push"'},
    "of a rare user": {"filter": f'target.id eq "{synthetic.RARE_USER}"'},
    "with a rare word": {"q": synthetic.RARE_WORD},
    "with a common word": {"q": synthetic.COMMON_WORD},
    "with no match": {"q": synthetic.NO_WORD},
}


def figures(tenant_id: uuid.UUID) -> Iterator[Figure]:
    events, head = Event.objects.filter(tenant_id=tenant_id), Head.objects.get(tenant_id=tenant_id)
    week = (datetime.now(UTC) - timedelta(days=7)).isoformat()
    for name, words in FIRST_PAGES.items():
        asked = words or {"since": week}

        def page(asked: dict[str, str] = asked) -> object:
            return span(narrow(events, **asked), order=Order.NEWEST_FIRST, after=None, limit=PAGE)

        yield Figure(f"first page {name}", took(page), "ms", 200)
    yield Figure("page of 1,000 at 80 % beside the first", _depth(events, head.seq), "times", 1.3)
    yield Figure("histogram of 90 days", took(lambda: histogram(tenant_id)), "ms", 100)
    yield Figure("poll with nothing new", took(lambda: poll(events, above=head.seq, limit=PAGE)), "ms", 2)


def _depth(events: EventQuerySet, last: int) -> float:
    deep = events.get(seq=last // 5)
    after = Cursor(Order.NEWEST_FIRST, deep.published, deep.seq)

    def page(after: Cursor | None) -> Callable[[], object]:
        return lambda: span(events, order=Order.NEWEST_FIRST, after=after, limit=WHOLE_PAGE)

    return took(page(after)) / took(page(None))


def histogram(tenant_id: uuid.UUID) -> list[tuple[datetime, str, int]]:
    """Of each day and result."""
    hours = Hourly.objects.filter(
        tenant_id=tenant_id, hour__gte=datetime.now(UTC) - timedelta(days=synthetic.DAYS)
    )
    days = hours.annotate(day=TruncDay("hour")).values_list("day", "result").annotate(Sum("count"))
    return list(days.order_by("day", "result"))


def took(ask: Callable[[], object]) -> float:
    """Milliseconds, of the quickest: what else the machine does slows others down."""
    times = []
    for _ in range(TIMES):
        begin = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - begin))
    return min(times)
