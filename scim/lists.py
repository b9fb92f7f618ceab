"""Lists: paging as RFC 7644 section 3.4.2.4 clamps it, and the ListResponse."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django_scim.constants import SchemaURI

from lib.documents import Document
from scim.errors import ScimError
from scim.projection import Projection
from scim.sorting import Sorting

MOST_RESULTS = 1000
USUAL_RESULTS = 100


@dataclass(frozen=True)
class ListRequest:
    """What a client asks of a list, in the query string or in the body of `/.search`."""

    filter: str
    start: int
    count: int
    projection: Projection
    sorting: Sorting
    # None: by index. Empty: the first page by cursor (RFC 9865).
    cursor: str | None = None

    @classmethod
    def read(cls, asked: Mapping[str, object]) -> ListRequest:
        """`startIndex` below 1 is 1, `count` below 0 is 0, more than the published maximum is the maximum."""
        query = asked.get("filter") or ""
        if not isinstance(query, str):
            raise ScimError(400, "filter must be a text.", "invalidFilter")
        return cls(
            filter=query.strip(),
            start=max(1, _number(asked, "startIndex", 1)),
            count=min(MOST_RESULTS, max(0, _number(asked, "count", USUAL_RESULTS))),
            projection=Projection.read(asked),
            sorting=Sorting.read(asked),
            cursor=_cursor(asked),
        )

    @property
    def window(self) -> slice:
        return slice(self.start - 1, self.start - 1 + self.count)

    def at_most(self, number: int) -> ListRequest:
        """A page may be shorter than asked for (RFC 7644, 3.4.2.4)."""
        return replace(self, count=min(self.count, number))

    @property
    def is_plain(self) -> bool:
        """All of them, the oldest first."""
        return not self.filter and not self.sorting.by

    @property
    def listed(self) -> str:
        """What is listed, in which order, whatever the page."""
        return json.dumps([self.filter, self.sorting.by.lower(), self.sorting.descending])

    def total(self, shown: int) -> int | None:
        """How many there are, if a page that is not full tells; else they must be counted."""
        at_the_end = shown < self.count and (shown or self.start == 1)
        return self.start - 1 + shown if at_the_end else None


def _number(asked: Mapping[str, object], name: str, usual: int) -> int:
    value = asked.get(name)
    if value is None or value == "":
        return usual
    try:
        number = int(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
    except ValueError:
        number = None
    if number is None or abs(number) > 2**31:
        raise ScimError(400, f"{name} must be a whole number.", "invalidValue")
    return number


def _cursor(asked: Mapping[str, object]) -> str | None:
    cursor = asked.get("cursor")
    if cursor is not None and not isinstance(cursor, str):
        raise ScimError(400, "cursor must be a text: the nextCursor of the page before.", "invalidCursor")
    if cursor is not None and asked.get("startIndex") not in (None, ""):
        raise ScimError(400, "Send either cursor or startIndex, not both.", "invalidValue")
    return cursor


def list_response(resources: list[Document], *, total: int, start: int) -> Document:
    """Integers as JSON integers: Okta fails without a word on texts."""
    return {**_list(resources, total), "startIndex": start, "Resources": resources}


def index_page(resources: list[str], *, total: int, start: int) -> str:
    """The same of resources that are JSON texts."""
    return _page(resources, {**_list(resources, total), "startIndex": start})


def cursor_page(resources: list[str], *, total: int, following: str | None) -> str:
    """Without a cursor to go on by it was the last page (RFC 9865, 2)."""
    go_on = {} if following is None else {"nextCursor": following}
    return _page(resources, {**_list(resources, total), **go_on})


def _page(resources: list[str], head: Document) -> str:
    return f'{json.dumps(head)[:-1]}, "Resources": [{", ".join(resources)}]}}'


def _list(resources: Sequence[object], total: int) -> Document:
    return {
        "schemas": [SchemaURI.LIST_RESPONSE],
        "totalResults": total,
        "itemsPerPage": len(resources),
    }
