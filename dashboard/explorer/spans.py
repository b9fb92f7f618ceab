"""Spans of time: named ones that end now, or any two moments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from audit.search import InvalidSearch, Problem, read_time

DEFAULT = "7d"
# The words, and how long it is; None: all there is.
RANGES: Mapping[str, tuple[str, timedelta | None]] = {
    "15m": ("Last 15 minutes", timedelta(minutes=15)),
    "1h": ("Last hour", timedelta(hours=1)),
    "6h": ("Last 6 hours", timedelta(hours=6)),
    "24h": ("Last 24 hours", timedelta(hours=24)),
    "7d": ("Last 7 days", timedelta(days=7)),
    "30d": ("Last 30 days", timedelta(days=30)),
    "90d": ("Last 90 days", timedelta(days=90)),
    "all": ("All time", None),
}
_NO_ZONE = re.compile(r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ][0-9:]+(?:[.,][0-9]+)?)?\s*")


@dataclass(frozen=True)
class Span:
    """From `since` on, before `until`; None is open."""

    since: datetime | None = None
    until: datetime | None = None


def named_span(name: str, now: datetime) -> Span:
    """Open at its end, as what happens now belongs to it. Long ones begin with a full hour."""
    length = RANGES[name][1]
    if length is None:
        return Span()
    since = now - length
    if length > timedelta(hours=6):
        return Span(since.replace(minute=0, second=0, microsecond=0))
    return Span(since.replace(second=0, microsecond=0))


def read_moment(text: str, parameter: str, zone: tzinfo) -> datetime | None:
    """In UTC; what names no zone is in `zone`. None of a blank text. Raises InvalidSearch."""
    moment = read_time(text, parameter)
    if moment is None or not _NO_ZONE.fullmatch(text):
        return moment
    try:
        return moment.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return moment


def read_span(since: str, until: str, zone: tzinfo) -> tuple[Span, list[Problem]]:
    problems: list[Problem] = []

    def read(text: str, parameter: str) -> datetime | None:
        try:
            return read_moment(text, parameter, zone)
        except InvalidSearch as invalid:
            problems.extend(invalid.problems)
            return None

    return Span(read(since, "since"), read(until, "until")), problems


def utc(moment: datetime) -> str:
    """As the address has it: `2026-11-22T10:50:45Z`, with microseconds only where there are some."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
