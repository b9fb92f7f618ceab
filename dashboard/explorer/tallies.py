"""Counts by the hour, which the sealer keeps: exact over any number of events, for what they can answer."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Min, Q, QuerySet, Sum

from audit.models import EventQuerySet, Hourly
from dashboard.explorer.chips import KIND, KINDS, RESULT, TYPE, Chip
from dashboard.explorer.spans import Span
from dashboard.explorer.state import State

HOUR = timedelta(hours=1)
# More of them in a condition would cost more than looking through those between.
MOST_HOURS = 60
_COLUMNS = {RESULT: "result", TYPE: "event_type"}


@dataclass(frozen=True)
class Tallies:
    """`rows` of the tenant, those hours of the span, that fit the chips."""

    rows: QuerySet[Hourly]

    def by_hour(self) -> Iterator[tuple[datetime, str, int]]:
        found = self.rows.values("hour", "result").annotate(number=Sum("count")).order_by("hour")
        yield from found.values_list("hour", "result", "number")

    def around(self, events: EventQuerySet, most: int) -> EventQuerySet:
        """The newest of the events, at least `most` if there are so many, looked for only where some are."""
        hours, found = [], 0
        for hour, number in self._newest_hours():
            hours.append(hour)
            found += number
            if found >= most:
                break
        if not hours:
            return events.none()
        if len(hours) > MOST_HOURS:
            return events.filter(published__gte=hours[-1])
        spans = (Q(published__gte=hour, published__lt=hour + HOUR) for hour in hours)
        return events.filter(reduce(or_, spans))

    def _newest_hours(self) -> Iterator[tuple[datetime, int]]:
        found = self.rows.values("hour").annotate(number=Sum("count")).order_by("-hour")
        yield from found.values_list("hour", "number")

    def by(self, field: str, most: int) -> list[tuple[str, int]]:
        """The most frequent values of an attribute that is counted."""
        column = _COLUMNS[field]
        found = self.rows.values(column).annotate(number=Sum("count")).order_by("-number", column)
        return list(found.values_list(column, "number")[:most])


def tallies(tenant_id: uuid.UUID, state: State, span: Span) -> Tallies | None:
    """None if the question is about more than is counted: words, other attributes, parts of hours."""
    counted = {KIND, RESULT, TYPE}
    if state.problems or state.q or state.filter or any(chip.field not in counted for chip in state.chips):
        return None
    if any(moment and (moment.minute or moment.second or moment.microsecond) for moment in _ends(span)):
        return None
    rows = Hourly.objects.filter(_wanted(state.chips), tenant_id=tenant_id)
    rows = rows.filter(hour__gte=span.since) if span.since else rows
    return Tallies(rows.filter(hour__lt=span.until) if span.until else rows)


def first_hour(tenant_id: uuid.UUID) -> datetime | None:
    """Of the tenant's log."""
    first: datetime | None = Hourly.objects.filter(tenant_id=tenant_id).aggregate(first=Min("hour"))["first"]
    return first


def _ends(span: Span) -> tuple[datetime | None, datetime | None]:
    return span.since, span.until


def _wanted(chips: tuple[Chip, ...]) -> Q:
    wanted = Q()
    for field in (KIND, RESULT, TYPE):
        ins = [_condition(chip) for chip in chips if chip.field == field and not chip.out]
        wanted &= reduce(or_, ins) if ins else Q()
    for chip in chips:
        wanted &= ~_condition(chip) if chip.out else Q()
    return wanted


def _condition(chip: Chip) -> Q:
    if chip.field == KIND:
        starts = KINDS[chip.value][1]
        return reduce(or_, (Q(event_type__startswith=start) for start in starts))
    column = _COLUMNS[chip.field]
    if chip.value.endswith("*") and len(chip.value) > 1:
        return Q(**{f"{column}__startswith": chip.value[:-1]})
    return Q(**{column: chip.value})
