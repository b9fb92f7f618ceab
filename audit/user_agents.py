"""What a User-Agent header says of browser, system and device, in Okta's words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

UNKNOWN_SYSTEM = "Unknown"
UNKNOWN_BROWSER = "UNKNOWN"
# The first that is found counts: most browsers name the others, too.
BROWSERS = (
    (r"Edg(?:e|A|iOS)?/", "EDGE"),
    (r"OPR/|Opera", "OPERA"),
    (r"Firefox/|FxiOS/", "FIREFOX"),
    (r"MSIE |Trident/", "INTERNET_EXPLORER"),
    (r"Chrome/|CriOS/|Chromium/", "CHROME"),
    (r"Version/\S+ (?:Mobile/\S+ )?Safari/", "SAFARI"),
)
SYSTEMS = (
    (r"Windows NT 10\.0", "Windows 10"),
    (r"Windows NT 6\.3", "Windows 8.1"),
    (r"Windows NT 6\.1", "Windows 7"),
    (r"Windows", "Windows"),
    (r"iPhone|iPad|iPod", "iOS"),
    (r"Macintosh|Mac OS X|Darwin/", "Mac OS X"),
    (r"CrOS", "Chrome OS"),
    (r"Android", "Android"),
    (r"Linux", "Linux"),
)
DEVICES = (
    (r"iPad|Tablet|Android(?!.*Mobile)", "Tablet"),
    (r"Mobi|iPhone|iPod", "Mobile"),
    (r"Windows|Macintosh|X11|CrOS", "Computer"),
)


@dataclass(frozen=True)
class UserAgent:
    raw: str
    browser: str
    system: str
    device: str


@lru_cache(maxsize=1024)
def read_user_agent(raw: str) -> UserAgent:
    """Programs, as SCIM clients are, have no browser and tell nothing of the rest."""
    return UserAgent(
        raw,
        browser=_first(BROWSERS, raw, UNKNOWN_BROWSER),
        system=_first(SYSTEMS, raw, UNKNOWN_SYSTEM),
        device=_first(DEVICES, raw, UNKNOWN_SYSTEM),
    )


def _first(table: Sequence[tuple[str, str]], raw: str, otherwise: str) -> str:
    return next((name for pattern, name in table if re.search(pattern, raw)), otherwise)
