"""Cursors: where in a tenant's log a page ended."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from audit.search.problems import InvalidSearch, Kind, Problem

_FORM = re.compile(r"([0-9]{1,15})_([0-9]{1,19})_([0-9a-f]{16})")
FOREIGN = "The cursor is none of this list: follow the `next` link as it came, or begin anew without `after`."
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Order(StrEnum):
    """Of commits, for who waits for more; of time, for who reads a span."""

    COMMITS = "c"
    OLDEST_FIRST = "a"
    NEWEST_FIRST = "d"


@dataclass(frozen=True)
class Cursor:
    """The last event of a page: its number, and when it was published, in whole milliseconds."""

    order: Order
    moment: datetime
    seq: int


def write_cursor(cursor: Cursor, tenant_id: uuid.UUID) -> str:
    """Letters, digits and underscores: it stands in links, which some readers take apart."""
    milliseconds = (cursor.moment - _EPOCH) // timedelta(milliseconds=1)
    text = f"{milliseconds}_{cursor.seq}"
    return f"{text}_{_check(text, cursor.order, tenant_id)}"


def read_cursor(text: str, order: Order, tenant_id: uuid.UUID) -> Cursor:
    """Raises InvalidSearch for one that was cut, edited, or made for another tenant or order."""
    found = _FORM.fullmatch(text)
    if found is None or _check(f"{found[1]}_{found[2]}", order, tenant_id) != found[3]:
        raise InvalidSearch(Problem("after", Kind.CURSOR, FOREIGN))
    return Cursor(order, _EPOCH + timedelta(milliseconds=int(found[1])), int(found[2]))


def _check(text: str, order: Order, tenant_id: uuid.UUID) -> str:
    """Finds accidents, not forgers: they would see their own log. So it outlives changes of keys."""
    return sha256(f"{tenant_id} {order} {text}".encode()).hexdigest()[:16]
