"""Keyset paging: a page begins where the last one ended, so that no page costs more than the first."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet

SIZE = 50
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows, and the cursors of the pages beside them, empty where there is none."""

    rows: Sequence[M]
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Cursor:
    """The place of a row in an order: the value of the ordering column and of the one that ties go by."""

    value: Any
    tie: Any

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(f"{self.tie} {self.value}".encode()).decode()


@dataclass(frozen=True)
class Order:
    """`by` is a column that is indexed after the tenant, `ties` the unique one that is indexed after it."""

    by: str
    ties: str
    down: bool

    def cursor(self, row: Model) -> str:
        tie = row.pk if self.ties == "pk" else row.serializable_value(self.ties)
        return str(Cursor(row.serializable_value(self.by), tie))


def keyset(
    rows: QuerySet[M], query: Mapping[str, str], *, by: str, ties: str = "pk", size: int = SIZE
) -> Page[M]:
    """The page that `before` or `after` in `query` asks for, the first one where neither makes sense.

    `by` names a column that is indexed after the tenant, with `-` for descending; ties go by another one.
    """
    backwards = "before" in query
    order = _order(by, ties)
    cursor = _read(rows.model, order, query.get("before") or query.get("after") or "")
    found = list(_beyond(rows, cursor, order, backwards=backwards)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_before, has_after = (more, cursor is not None) if backwards else (cursor is not None, more)
    return Page(
        found,
        before=order.cursor(found[0]) if found and has_before else "",
        after=order.cursor(found[-1]) if found and has_after else "",
    )


def first_page(found: Sequence[M], *, by: str, ties: str = "pk", size: int = SIZE) -> Page[M]:
    """The first one, of rows that were read in that order: one more than it holds, if there are more."""
    rows = found[:size]
    return Page(rows, after=_order(by, ties).cursor(rows[-1]) if len(found) > size else "")


def _order(by: str, ties: str) -> Order:
    return Order(by.removeprefix("-"), ties, by.startswith("-"))


def _beyond(rows: QuerySet[M], cursor: Cursor | None, order: Order, *, backwards: bool) -> QuerySet[M]:
    sign, than = ("-", "lt") if order.down is not backwards else ("", "gt")
    if cursor:
        tie = Q(**{order.by: cursor.value, f"{order.ties}__{than}": cursor.tie})
        # Said twice, so that the index begins at the cursor.
        rows = rows.filter(Q(**{f"{order.by}__{than}e": cursor.value}))
        rows = rows.filter(Q(**{f"{order.by}__{than}": cursor.value}) | tie)
    return rows.order_by(f"{sign}{order.by}", f"{sign}{order.ties}")


def _read(model: type[Model], order: Order, text: str) -> Cursor | None:
    """None for what no page of ours has sent."""
    try:
        tie, _, value = base64.urlsafe_b64decode(text).decode().partition(" ")
        field = cast("Field[Any, Any]", model._meta.get_field(order.by))
        ties = model._meta.pk if order.ties == "pk" else model._meta.get_field(order.ties)
        return Cursor(field.to_python(value.replace("\0", "")), cast("Field[Any, Any]", ties).to_python(tie))
    except (ValueError, ValidationError):
        return None
