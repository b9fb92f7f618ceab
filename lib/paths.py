"""Reads a document by a SCIM path, for mapping."""

from functools import lru_cache
from typing import Any

from lib.documents import Document
from lib.filters import PatchPath, matches, parse_path
from lib.filters.reading import elements, get, value_at

_parsed = lru_cache(maxsize=2_048)(parse_path)


def read(document: Document, path: str) -> Any | None:
    """What the path names, or None.

    "emails" is the whole list, "emails.value" the first value there is, `emails[type eq "work"]` the first
    such element, `emails[primary eq true].value` its value, the URN of an extension the whole extension.
    Raises FilterError if the path is not one.
    """
    parsed: PatchPath = _parsed(path)
    found = value_at(document, parsed.path)
    if parsed.filter is None and parsed.sub is None:
        return found
    chosen = [one for one in elements(found) if parsed.filter is None or matches(parsed.filter, one)]
    if parsed.sub is None:
        return chosen[0] if chosen else None
    return next((value for one in chosen if (value := get(one, parsed.sub)) is not None), None)
