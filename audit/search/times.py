"""Moments as clients of the log write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from audit.search.problems import InvalidSearch, Kind, Problem

# A plus that nobody escaped has become a blank on its way.
_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ](?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:[.,](?P<fraction>[0-9]{1,12}))?"
    r"(?P<zone>[Zz]|(?P<sign>[+ -])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2}))?)?"
)


def read_time(text: str, parameter: str) -> datetime | None:
    """The moment in UTC, None of a blank text. Without a zone it is UTC; a day alone is its beginning.

    RFC 3339 and what ISO 8601 writes shorter; up to 12 decimals, of which 6 count. Raises InvalidSearch.
    """
    text = text.strip()
    if not text:
        return None
    found = _MOMENT.fullmatch(text)
    try:
        if found:
            return _moment(found)
    except (ValueError, OverflowError):
        pass  # no calendar or clock has it
    sentence = f"{text[:40]!r} is no date: write it as 2026-11-22T10:50:45Z or 2026-11-22."
    raise InvalidSearch(Problem(parameter, Kind.DATE, sentence, 0)) from None


def _moment(found: re.Match[str]) -> datetime:
    """Raises ValueError and OverflowError."""
    fraction = (found["fraction"] or "0")[:6].ljust(6, "0")
    local = datetime.fromisoformat(f"{found['day']}T{found['time'] or '00:00'}").replace(
        microsecond=int(fraction), tzinfo=_zone(found)
    )
    return local.astimezone(UTC)


def _zone(found: re.Match[str]) -> timezone:
    if found["hours"] is None:
        return UTC
    ahead = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    return timezone(-ahead if found["sign"] == "-" else ahead)
