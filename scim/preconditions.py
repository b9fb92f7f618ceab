"""`If-Match` and `If-None-Match` (RFC 7644, 3.14; RFC 9110, 13.1): what a request makes a condition of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.http import parse_etags

from directory.documents import own_version

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
        return cls(_tags(headers.get("If-Match")), _tags(headers.get("If-None-Match")))

    def allow_change(self, version: int) -> bool:
        """What a resource shows of others can't be changed through it, so that nothing of theirs is lost."""
        return self.allow_reading(version) and not self.know_version(version)

    def allow_reading(self, version: int) -> bool:
        return self.match is None or _names_version(self.match, version)

    def know_version(self, version: int) -> bool:
        """Whether the client said that it has a representation of this version."""
        return self.none_match is not None and _names_version(self.none_match, version)

    def know(self, tag: str) -> bool:
        """Whether the client said that it has this very representation."""
        return self.none_match is not None and (ANY in self.none_match or _opaque(tag) in self.none_match)


def _names_version(tags: frozenset[str], version: int) -> bool:
    return ANY in tags or str(version) in map(own_version, tags)


def _tags(header: str | None) -> frozenset[str] | None:
    if header is None:
        return None
    if header.strip() == ANY:
        return frozenset({ANY})
    # `"*"` in quotes is a tag like any other, and none of ours.
    return frozenset(tag for tag in map(_opaque, parse_etags(header)) if tag != ANY)


def _opaque(tag: str) -> str:
    return tag.removeprefix("W/").strip('"')
