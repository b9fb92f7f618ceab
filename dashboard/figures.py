"""Numbers on a page that are counted only so far that counting stays cheap."""

from __future__ import annotations


def figure(number: int, *, most: int) -> str:
    """`12,345`, or `10,000+` where there are more than `most`."""
    return f"{most:,}+" if number > most else f"{number:,}"
