"""For how long a server asks to be left alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def pause_asked_for(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds, from `Retry-After` (RFC 9110, 10.2.3: seconds or a date); None if it says nothing sensible."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        # More digits than anybody would wait for are as good as nine.
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
