"""`If-Match` and `If-None-Match` (RFC 7644, 3.14; RFC 9110, 13.1): what a request makes a condition of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.http import parse_etags

ANY = "*"


@dataclass(frozen=True)
class Preconditions:
    """The opaque parts of the tags, as all comparison is weak here; None where the header was not sent.

    What is no entity tag matches nothing.
    """

    match: frozenset[str] | None = None
    none_match: frozenset[str] | None = None

    @classmethod
    def read(cls, headers: Mapping[str, str]) -> Preconditions:
        return cls(_opaque(headers.get("If-Match")), _opaque(headers.get("If-None-Match")))

    def allow_change(self, version: int) -> bool:
        return self.allow_reading(version) and not self.know(version)

    def allow_reading(self, version: int) -> bool:
        return self.match is None or _names(self.match, version)

    def know(self, version: int) -> bool:
        """Whether the client said that it has this version."""
        return self.none_match is not None and _names(self.none_match, version)


def _names(tags: frozenset[str], version: int) -> bool:
    return ANY in tags or str(version) in tags


def _opaque(header: str | None) -> frozenset[str] | None:
    if header is None:
        return None
    if header.strip() == ANY:
        return frozenset({ANY})
    opaque = (tag.removeprefix("W/").strip('"') for tag in parse_etags(header))
    # `"*"` in quotes is a tag like any other, and none of ours.
    return frozenset(tag for tag in opaque if tag != ANY)
