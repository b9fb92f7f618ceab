"""Columns of the database as filters compare them: texts, moments, flags, identifiers."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import F, Q
from django.db.models.expressions import Combinable

from lib.filters.texts import compare_text
from lib.filters.tree import FilterError, Operator, Path, Value
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
PARTS = frozenset({"co", "sw", "ew"})
NOTHING = Q(pk__in=[])
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def read_text(value: Value, path: Path) -> str:
    if not isinstance(value, str):
        raise FilterError(f"{path} is a text: compare it with one in double quotes.")
    return value


def read_boolean(op: Operator, value: Value, path: Path) -> bool:
    """Entra writes `"True"` for true. Order of booleans is refused (RFC 7644, 3.4.2.2)."""
    if op != "eq":
        raise FilterError(f"{path} is true or false: use eq or ne.")
    flag = BOOLEANS.get(value.lower()) if isinstance(value, str) else value
    if not isinstance(flag, bool):
        raise FilterError(f"{path} is true or false: compare it with true or false.")
    return flag


@dataclass(frozen=True)
class Text:
    """A text column. Where case does not count, `fold` has been applied to what the column holds."""

    field: str
    fold: Callable[[str], str] | None = None

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        text = read_text(value, path)
        if self.fold is None and op in PARTS:
            # The lookups of Django are LIKE, which on SQLite takes any case.
            return compare_text(F(self.field), op, text, case_exact=True)
        return Q(**{f"{self.field}__{LOOKUPS[op]}": self.fold(text) if self.fold else text})

    def present(self) -> Q:
        return Q(**{f"{self.field}__isnull": False}) & ~Q(**{self.field: ""})


@dataclass(frozen=True)
class Made:
    """A text that is made by the query; never NULL."""

    text: Combinable
    case_exact: bool = False

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        return compare_text(self.text, op, read_text(value, path), case_exact=self.case_exact)

    def present(self) -> Q:
        return ~self.compare("eq", "", Path(None, "text"))


@dataclass(frozen=True)
class Boolean:
    field: str

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        return Q(**{self.field: read_boolean(op, value, path)})

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
        raise FilterError(
            f'{path} is a moment: compare it with one such as "2026-11-22T10:50:45Z".'
        ) from None


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


@dataclass(frozen=True)
class Address:
    """The address of a resource, made of a base and its id in `field`."""

    base: str
    field: str

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        if op != "eq" or not isinstance(value, str):
            raise FilterError(f"{path} can be compared by eq and ne with a text in double quotes.")
        known, text = value.startswith(f"{self.base}/"), value.removeprefix(f"{self.base}/")
        is_id = _UUID.fullmatch(text) is not None
        return Q(**{self.field: uuid.UUID(text)}) if known and is_id else NOTHING

    def present(self) -> Q:
        return Q(**{f"{self.field}__isnull": False})


class Parts:
    """An object that every resource has, compared by its parts."""

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        raise FilterError(f"{path} has parts: compare one of them, or ask {path} pr.")

    def present(self) -> Q:
        return ~NOTHING
