"""What stands around the events: the span of time, the columns, the zone: each a link or a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from dashboard.explorer.columns import COLUMNS
from dashboard.explorer.spans import RANGES, Span, utc
from dashboard.explorer.state import State


@dataclass(frozen=True)
class Controls:
    """`is_first` on the page of the newest events."""

    state: State
    span: Span
    now: datetime
    is_first: bool

    @property
    def ranges(self) -> list[tuple[str, str, bool]]:
        """Words, address, and whether it is the one."""
        state = self.state
        return [
            (
                words,
                state.but(range=name, since="", until="", view="").url(),
                state.is_named and state.range == name,
            )
            for name, (words, _) in RANGES.items()
        ]

    @property
    def range_words(self) -> str:
        if self.state.is_named:
            return RANGES[self.state.range][0]
        ends = [_told(moment, self.state) for moment in (self.span.since, self.span.until)]
        return f"{ends[0] or 'The beginning'} to {ends[1] or 'now'}"

    @property
    def inputs(self) -> tuple[str, str]:
        """The two ends as a form has them, in the page's zone."""
        end = self.span.until or (None if self.state.is_named else self.now)
        return _local(self.span.since, self.state), _local(end, self.state)

    @property
    def search_pairs(self) -> list[tuple[str, str]]:
        """What the search form sends along: all but what its box holds."""
        box = ("q",) if self.state.q else ("q", "filter")
        return self.state.pairs_without(*box, "view", "event", "tab")

    @property
    def range_pairs(self) -> list[tuple[str, str]]:
        return self.state.pairs_without("range", "since", "until", "view", "event", "tab", "live")

    @property
    def column_pairs(self) -> list[tuple[str, str]]:
        return self.state.pairs_without("columns")

    @property
    def unboxed_filter(self) -> str:
        """A filter that stands beside keywords, which have the box."""
        return self.state.filter if self.state.q else ""

    @property
    def urls(self) -> dict[str, str]:
        """Where the page's switches lead."""
        state = self.state
        return {
            "clear": state.but(q="", filter="", chips=(), view="", event="", tab="").url(),
            "no_filter": state.but(filter="", view="").url(),
            "utc": state.but(zone="").url(),
            "live": state.but(live="on", event="", tab="").url(),
            "pause": state.but(live="paused").url(),
            "stop": state.but(live="").url(),
            "here": state.url(),
            "export": f"{reverse('new-export')}?{urlencode(self._question)}",
        }

    @property
    def _question(self) -> dict[str, str]:
        """What is shown, as exports ask for it."""
        ends = {"since": self.span.since, "until": self.span.until}
        words = {"q": self.state.keywords, "filter": self.state.expression}
        return words | {name: utc(moment) for name, moment in ends.items() if moment}

    @property
    def can_be_live(self) -> bool:
        """What has an end in the past gets no news."""
        return self.is_first and (self.span.until is None or self.span.until > self.now)

    @property
    def columns(self) -> list[tuple[str, str, bool]]:
        return [(key, column.label, key in self.state.columns) for key, column in COLUMNS.items()]

    @property
    def head(self) -> Sequence[tuple[str, str]]:
        return [(key, COLUMNS[key].label) for key in self.state.columns]

    @property
    def zone_words(self) -> str:
        return self.state.zone.replace("_", " ") or "UTC"


def _told(moment: datetime | None, state: State) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(state.clock)
    return f"{local.day} {local:%b %Y, %H:%M:%S}".removesuffix(":00")


def _local(moment: datetime | None, state: State) -> str:
    return f"{moment.astimezone(state.clock):%Y-%m-%dT%H:%M}" if moment else ""
