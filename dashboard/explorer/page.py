"""All that the explorer shows for one question, read in few queries."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from audit.models import Event, EventQuerySet, Head
from audit.reading import events_of
from dashboard.events import Line
from dashboard.explorer.controls import Controls
from dashboard.explorer.facets import Facet, facets
from dashboard.explorer.histogram import HOUR, Chart, chart, frame
from dashboard.explorer.opened import Opened
from dashboard.explorer.rows import Row, rows
from dashboard.explorer.sampling import GLANCE, SAMPLE, Sample, moment_of, moments, names_in, sample, shown
from dashboard.explorer.spans import Span, utc
from dashboard.explorer.state import State
from dashboard.explorer.tallies import Tallies, first_hour, tallies
from dashboard.paging import Page, first_page, keyset
from lib.deadlines import TookTooLong, time_limit
from tenants.models import Tenant

SIZE = 50
# Up to so long the chart is finer than the hours that are counted.
FEW_HOURS = timedelta(hours=3)
# Seconds for the first query; if they are over, so many of the newest events are looked through.
PATIENCE, NEAR = 2.0, 20_000
# No log is older or newer, and calendars end somewhere.
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class NamedChip:
    """A chip as it is shown: with a name where its value is an id of somebody on the page."""

    word: str
    label: str
    out: bool
    url: str
    turned_url: str


@dataclass(frozen=True)
class Explorer:
    tenant: Tenant
    state: State
    query: Mapping[str, str]
    now: datetime

    @cached_property
    def span(self) -> Span:
        return self.state.span(self.now)

    @property
    def controls(self) -> Controls:
        return Controls(self.state, self.span, self.now, is_first=self.is_first)

    @cached_property
    def place(self) -> int:
        """The newest event's: what comes later is news."""
        head = Head.objects.filter(tenant_id=self.tenant.id).values_list("seq", flat=True).first()
        return head or 0

    @cached_property
    def _looked(self) -> tuple[EventQuerySet, Sample, datetime | None]:
        """The events, a sample of them, and since when they were looked for, if that is not all the time."""
        events = self.state.narrow(events_of(self.tenant.id), self.span)
        try:
            with time_limit(PATIENCE):
                # Where the hours say how many there are of something rare, only those are looked through.
                tallied = self.tallies if self.state.chips else None
                return events, sample(tallied.around(events, SAMPLE + 1) if tallied else events), None
        except TookTooLong:
            since = moment_of(self.tenant.id, self.place - NEAR)
            events = events.filter(published__gte=since)
            return events, sample(events), since

    @property
    def events(self) -> EventQuerySet:
        return self._looked[0]

    @property
    def sample(self) -> Sample:
        return self._looked[1]

    @property
    def looked_since(self) -> datetime | None:
        return self._looked[2]

    @cached_property
    def page(self) -> Page[Event]:
        if self.query.get("before") or self.query.get("after"):
            return keyset(shown(self.events), self.query, by="-published", ties="seq", size=SIZE)
        found = [line.event for line in self.sample.lines[: SIZE + 1]]
        return first_page(found, by="-published", ties="seq", size=SIZE)

    @cached_property
    def lines(self) -> list[Line]:
        return [Line(event) for event in self.page.rows]

    @cached_property
    def rows(self) -> list[Row]:
        return rows(self.lines, self.state, self.opened)

    @cached_property
    def opened(self) -> Opened | None:
        """The event that is open, whether it is on the page or not."""
        event = find(self.tenant, self.state.event)
        return Opened(Line(event), self.state, self.tenant) if event else None

    @property
    def opened_elsewhere(self) -> Opened | None:
        return None if any(row.opened for row in self.rows) else self.opened

    @cached_property
    def tallies(self) -> Tallies | None:
        return tallies(self.tenant.id, self.state, self.span)

    @cached_property
    def chart(self) -> Chart:
        start, end = self._ends
        if self.sample.is_all or not self.tallies or end - start < FEW_HOURS:
            found = moments(self.events, self.sample)
            counts = [(moment, result, 1) for moment, result in found.pairs]
            known = self.looked_since if found.is_all or not counts else counts[-1][0]
            return chart(frame(start, end, self.state.clock), counts, link=self._zoomed, known_from=known)
        bars = frame(start, end, self.state.clock, least=HOUR)
        return chart(bars, self.tallies.by_hour(), link=self._zoomed)

    @property
    def _ends(self) -> tuple[datetime, datetime]:
        """Of the chart, where the span has none: from the first event on, up to now."""
        start = self.span.since or first_hour(self.tenant.id) or self.now - timedelta(hours=1)
        newest = [line.event.published for line in self.sample.lines[:1]]
        end = self.span.until or max([self.now, *newest])
        start = max(start, EARLIEST)
        return start, max(min(end, LATEST), start + timedelta(seconds=1))

    def _zoomed(self, since: datetime, until: datetime) -> str:
        here = self.state.but(since=utc(since), until=utc(until), event="", tab="", live="", view="")
        return here.url()

    @cached_property
    def facets(self) -> list[Facet]:
        return facets(self.state, self.sample, self.tallies)

    @property
    def count(self) -> str:
        """`1,234 events`; with a plus where counting ended."""
        more = "+" if self.chart.known_from else ""
        number = self.chart.total
        return f"{number:,}{more} event{'' if number == 1 and not more else 's'}"

    @property
    def notes(self) -> list[str]:
        """What is not exact on the page."""
        found = []
        if self.looked_since:
            found.append(
                f"Only the newest {NEAR:,} events of the log were looked through: no index helps here."
            )
        elif self.chart.known_from:
            found.append(f"The chart counts the newest {GLANCE:,} of them.")
        if not self.sample.is_all:
            values = "Severities, actors, targets and addresses" if self.tallies else "Values"
            found.append(f"{values} are counted in the newest {SAMPLE:,} of them.")
        return found

    @property
    def chips(self) -> list[NamedChip]:
        names = names_in([*self.sample.lines[:SIZE], *([self.opened.line] if self.opened else [])])
        return [
            NamedChip(
                chip.word,
                names.get(chip.label, chip.label) if chip.field.endswith(".id") else chip.label,
                chip.out,
                self.state.without_chip(chip).url(),
                self.state.turned(chip).url(),
            )
            for chip in self.state.chips
        ]

    @property
    def before_url(self) -> str:
        return self.state.url(before=self.page.before) if self.page.before else ""

    @property
    def after_url(self) -> str:
        return self.state.url(after=self.page.after) if self.page.after else ""

    @property
    def is_first(self) -> bool:
        return not (self.query.get("before") or self.query.get("after"))


def explorer(tenant: Tenant, state: State, query: Mapping[str, str]) -> Explorer:
    return Explorer(tenant, state, query, datetime.now(UTC))


def find(tenant: Tenant, event: str) -> Event | None:
    try:
        return shown(events_of(tenant.id)).filter(uuid=uuid.UUID(event)).first()
    except ValueError:
        return None


def news_count(tenant: Tenant, state: State, place: int, most: int) -> int:
    """How many of the question's events have come after that place, counted as far as `most`."""
    events = state.narrow(events_of(tenant.id), state.span(datetime.now(UTC)))
    return events.filter(seq__gt=place)[:most].count()
