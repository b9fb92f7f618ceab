"""What the explorer shows is in its address and nowhere else: every view is a link."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from audit.models import Event, EventQuerySet
from audit.search import (
    ATTRIBUTES,
    OPERATORS,
    InvalidSearch,
    Problem,
    as_beginnings,
    check_filter,
    narrow,
)
from audit.search.keywords import LONGEST as LONGEST_KEYWORD
from dashboard.explorer.chips import KIND, RESULT, Chip, as_filter, read_chip
from dashboard.explorer.columns import COLUMNS, DEFAULT_COLUMNS
from dashboard.explorer.spans import DEFAULT, RANGES, Span, named_span, read_span, utc

LONGEST = 4000
MOST_CHIPS = 50
# Addresses of other pages, and those that people have kept, say it shorter.
SHORT = {
    "outcome": RESULT,
    "kind": KIND,
    "transaction": "transaction.id",
    "user": "target.id",
    "group": "target.id",
    "target": "target.id",
}
TABS = ("summary", "changes", "exchange", "json")
_FIRST = re.compile(
    r"\s*(?P<open>(?:not\b|[(\s])*)(?P<word>[^\s()\"]+)\s*(?P<next>[^\s()\"]*)", re.IGNORECASE
)


@dataclass(frozen=True)
class State:
    range: str = DEFAULT
    since: str = ""
    until: str = ""
    q: str = ""
    filter: str = ""
    chips: tuple[Chip, ...] = ()
    columns: tuple[str, ...] = DEFAULT_COLUMNS
    zone: str = ""
    view: str = ""
    event: str = ""
    tab: str = ""
    live: str = ""

    @cached_property
    def clock(self) -> tzinfo:
        return _zone(self.zone) or UTC

    @cached_property
    def _read(self) -> tuple[Span, list[Problem]]:
        return read_span(self.since, self.until, self.clock)

    @property
    def is_named(self) -> bool:
        """Whether the span of time is one with a name."""
        return not (self.since or self.until)

    def span(self, now: datetime) -> Span:
        return named_span(self.range, now) if self.is_named else self._read[0]

    @property
    def is_narrow(self) -> bool:
        return bool(self.q or self.filter or self.chips)

    @property
    def text(self) -> str:
        """What stands in the search box."""
        return self.q or self.filter

    @cached_property
    def problems(self) -> list[Problem]:
        found = [] if self.is_named else list(self._read[1])
        try:
            narrow(Event.objects.none(), filter=self.filter, q=self.q)
        except InvalidSearch as invalid:
            found += invalid.problems
        return found

    @property
    def keywords(self) -> str:
        """Words as people type them, beginnings of longer ones too; the longest have no room for a star."""
        words = self.q.split()
        return " ".join(word if len(word) >= LONGEST_KEYWORD else as_beginnings(word) for word in words)

    @property
    def expression(self) -> str:
        """What narrows it, as a filter that the API takes too."""
        return as_filter(self.chips, self.filter)

    def narrow(self, events: EventQuerySet, span: Span) -> EventQuerySet:
        """Nothing, while something is wrong with the question."""
        if self.problems:
            return events.none()
        return narrow(
            events,
            filter=self.expression,
            q=self.keywords,
            since=utc(span.since) if span.since else "",
            until=utc(span.until) if span.until else "",
        )

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The address's query: what is as always is left out."""
        if self.is_named and self.range != DEFAULT:
            yield "range", self.range
        for name in ("since", "until", "q", "filter"):
            if text := getattr(self, name):
                yield name, text
        for chip in self.chips:
            yield ("not" if chip.out else "is"), str(chip)
        if self.columns != DEFAULT_COLUMNS:
            yield from (("columns", column) for column in self.columns)
        for name in ("zone", "view", "event", "tab", "live"):
            if text := getattr(self, name):
                yield name, text

    def pairs_without(self, *names: str) -> list[tuple[str, str]]:
        """For the hidden fields of a form that sends the rest itself."""
        return [(name, value) for name, value in self.pairs() if name not in names]

    @property
    def query(self) -> str:
        return urlencode(list(self.pairs()))

    @property
    def kept(self) -> str:
        """What a saved view keeps: no open event, nothing that goes on by itself."""
        return self.but(event="", tab="", live="", view="").query

    def but(self, **changes: Any) -> State:
        return replace(self, **changes)

    def url(self, **extra: str) -> str:
        query = urlencode([*self.pairs(), *extra.items()])
        return f"{reverse('log')}?{query}" if query else reverse("log")

    def with_chip(self, chip: Chip) -> State:
        """Narrowed further; the event that is open is left."""
        others = tuple(one for one in self.chips if (one.field, one.value) != (chip.field, chip.value))
        return self.but(chips=(*others, chip), event="", tab="", view="")

    def turned(self, chip: Chip) -> State:
        """The other way round: out for in, in for out."""
        return self.but(
            chips=tuple(replace(one, out=not one.out) if one == chip else one for one in self.chips), view=""
        )

    def without_chip(self, chip: Chip) -> State:
        return self.but(chips=tuple(one for one in self.chips if one != chip), view="")


def read_state(query: QueryDict) -> State:
    """What makes no sense is left out."""

    def text(name: str) -> str:
        return query.get(name, "").replace("\0", " ").strip()[:LONGEST]

    q, written = text("q"), text("filter")
    if is_filter(q) and not written:
        q, written = "", q
    name, tab, live, zone = text("range"), text("tab"), text("live"), text("zone")
    return State(
        range=name if name in RANGES else DEFAULT,
        since=text("since"),
        until=text("until"),
        q=q,
        filter=written,
        chips=_chips(query),
        columns=tuple(key for key in COLUMNS if key in query.getlist("columns")) or DEFAULT_COLUMNS,
        zone=zone if _zone(zone) else "",
        view=text("view")[:36],
        event=text("event")[:36],
        tab=tab if tab in TABS else "",
        live=live if live in {"on", "paused"} else "",
    )


def is_filter(text: str) -> bool:
    """Whether what somebody has typed is meant as a filter: else it is keywords."""
    found = _FIRST.match(text)
    if not found or check_filter(text) is None:
        return bool(found)
    if found["next"].lower() in OPERATORS:
        return True
    return found["word"] in ATTRIBUTES and ('"' in text or bool(found["open"].strip()))


def _chips(query: QueryDict) -> tuple[Chip, ...]:
    texts = [(f"{field}:{query.get(name, '')}", False) for name, field in SHORT.items()]
    texts += [(text, name == "not") for name in ("is", "not") for text in query.getlist(name)]
    chips = (read_chip(text.replace("\0", " "), out=out) for text, out in texts[:MOST_CHIPS])
    return tuple(dict.fromkeys(chip for chip in chips if chip))


def _zone(name: str) -> tzinfo | None:
    """None for a zone that this machine knows nothing of."""
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None
