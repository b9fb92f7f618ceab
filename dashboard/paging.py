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
    """The place of a row in an order: the value of the ordering column and the primary key."""

    value: Any
    pk: Any

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(f"{self.pk} {self.value}".encode()).decode()


def keyset(rows: QuerySet[M], query: Mapping[str, str], *, by: str, size: int = SIZE) -> Page[M]:
    """The page that `before` or `after` in `query` asks for, the first one where neither makes sense.

    `by` names a column that is indexed after the tenant, with `-` for descending; ties go by primary key.
    """
    backwards = "before" in query
    cursor = _read(rows.model, by.removeprefix("-"), query.get("before") or query.get("after") or "")
    found = list(_beyond(rows, cursor, by, backwards=backwards)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_before, has_after = (more, cursor is not None) if backwards else (cursor is not None, more)
    return Page(
        found,
        before=_cursor(found[0], by) if found and has_before else "",
        after=_cursor(found[-1], by) if found and has_after else "",
    )


def _beyond(rows: QuerySet[M], cursor: Cursor | None, by: str, *, backwards: bool) -> QuerySet[M]:
    column, down = by.removeprefix("-"), by.startswith("-") is not backwards
    sign, than = ("-", "lt") if down else ("", "gt")
    if cursor:
        tie = Q(**{column: cursor.value, f"pk__{than}": cursor.pk})
        rows = rows.filter(Q(**{f"{column}__{than}": cursor.value}) | tie)
    return rows.order_by(f"{sign}{column}", f"{sign}pk")


def _cursor(row: Model, by: str) -> str:
    return str(Cursor(row.serializable_value(by.removeprefix("-")), row.pk))


def _read(model: type[Model], column: str, text: str) -> Cursor | None:
    """None for what no page of ours has sent."""
    try:
        pk, _, value = base64.urlsafe_b64decode(text).decode().partition(" ")
        field = cast("Field[Any, Any]", model._meta.get_field(column))
        return Cursor(field.to_python(value.replace("\0", "")), model._meta.pk.to_python(pk))
    except (ValueError, ValidationError):
        return None
