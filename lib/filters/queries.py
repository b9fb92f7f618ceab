"""Compiles a filter tree to a Django query: one grammar for every door, columns named by the caller."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from django.db.models import Q

from lib.filters.tree import (
    And,
    Compare,
    Filter,
    FilterError,
    Not,
    Operator,
    Or,
    Path,
    Present,
    Value,
    ValuePath,
)
from lib.schema.model import BOOLEANS

LOOKUPS: Mapping[Operator, str] = {
    "eq": "exact",
    "co": "contains",
    "sw": "startswith",
    "ew": "endswith",
    "gt": "gt",
    "ge": "gte",
    "lt": "lt",
    "le": "lte",
}
ORDER = frozenset({"gt", "ge", "lt", "le"})
NOTHING = Q(pk__in=[])


class Column(Protocol):
    """How one attribute is compared in the database. Both raise FilterError for what it can't do."""

    def compare(self, op: Operator, value: Value, path: Path) -> Q: ...

    def present(self) -> Q: ...


# Finds the column of an attribute; None if the resource has no such attribute.
Find = Callable[[Path], Column | None]


def compile_filter(tree: Filter, find: Find) -> Q:
    """The tree as one Q. Raises FilterError for an unknown attribute: a filter is never silently wider."""
    match tree:
        case And(terms):
            return _joined(terms, find, Q.AND)
        case Or(terms):
            return _joined(terms, find, Q.OR)
        case Not(term):
            return ~compile_filter(term, find)
        case Present(path):
            return _column(path, find).present()
        case Compare(path, op, value):
            return _compare(_column(path, find), op, value, path)
        case ValuePath(path, _):
            raise FilterError(
                f"{path}[...] can't be filtered by here. Filter by one attribute, such as {path}.value."
            )


def _joined(terms: tuple[Filter, ...], find: Find, connector: str) -> Q:
    return Q(*(compile_filter(term, find) for term in terms), _connector=connector)


def _compare(column: Column, op: Operator, value: Value, path: Path) -> Q:
    """`ne` matches what has no value at all; `eq null` is the same as `not (x pr)`."""
    if value is None:
        if op not in {"eq", "ne"}:
            raise FilterError(f"{path} {op} null means nothing. Use eq, ne or pr.")
        return column.present() if op == "ne" else ~column.present()
    if op == "ne":
        return ~column.compare("eq", value, path)
    return column.compare(op, value, path)


def _column(path: Path, find: Find) -> Column:
    column = find(path)
    if column is None:
        raise FilterError(f"{path} is no attribute that can be filtered by.")
    return column


@dataclass(frozen=True)
class Text:
    """A text column. Where case does not count, `fold` has been applied to what the column holds."""

    field: str
    fold: Callable[[str], str] | None = None

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        if not isinstance(value, str):
            raise FilterError(f"{path} is a text: compare it with one in double quotes.")
        return Q(**{f"{self.field}__{LOOKUPS[op]}": self.fold(value) if self.fold else value})

    def present(self) -> Q:
        return Q(**{f"{self.field}__isnull": False}) & ~Q(**{self.field: ""})


@dataclass(frozen=True)
class JsonText:
    """A text inside a JSON column, compared without regard to case.

    What is absent compares to NULL, which would fall out of a `not` too: hence the second condition.
    """

    field: str

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        if not isinstance(value, str):
            raise FilterError(f"{path} is a text: compare it with one in double quotes.")
        if op in ORDER:
            raise FilterError(f"{path} has no order here. Use eq, ne, co, sw, ew or pr.")
        return Q(**{f"{self.field}__i{LOOKUPS[op]}": value, f"{self.field}__isnull": False})

    def present(self) -> Q:
        return Q(**{f"{self.field}__isnull": False}) & ~Q(**{self.field: ""})


@dataclass(frozen=True)
class Boolean:
    field: str

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        """Entra writes `"True"` for true. Order of booleans is refused (RFC 7644, 3.4.2.2)."""
        if op != "eq":
            raise FilterError(f"{path} is true or false: use eq or ne.")
        flag = BOOLEANS.get(value.lower()) if isinstance(value, str) else value
        if not isinstance(flag, bool):
            raise FilterError(f"{path} is true or false.")
        return Q(**{self.field: flag})

    def present(self) -> Q:
        return Q(**{f"{self.field}__isnull": False})


@dataclass(frozen=True)
class Moment:
    field: str

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        if op != "eq" and op not in ORDER:
            raise FilterError(f"{path} is a moment: use eq, ne, gt, ge, lt or le.")
        return Q(**{f"{self.field}__{LOOKUPS[op]}": _moment(value, path)})

    def present(self) -> Q:
        return Q(**{f"{self.field}__isnull": False})


def _moment(value: Value, path: Path) -> datetime:
    """RFC 3339, in UTC; without a zone it is UTC. At the ends of the calendar there may be no such moment."""
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise FilterError(f'{path} is a moment, such as "2026-11-22T10:50:45Z".') from None


@dataclass(frozen=True)
class Identifier:
    """A UUID column. What is no UUID equals none."""

    field: str

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        if op != "eq" or not isinstance(value, str):
            raise FilterError(f"{path} can be compared by eq and ne with a text in double quotes.")
        try:
            return Q(**{self.field: uuid.UUID(value)})
        except ValueError:
            return NOTHING

    def present(self) -> Q:
        return ~NOTHING
