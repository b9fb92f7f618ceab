"""Attributes that a resource can't have: they never have a value, however they are compared."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, TextField, Value
from django.db.models.expressions import Combinable

from lib.filters.columns import NOTHING
from lib.filters.queries import Column
from lib.filters.tree import Operator, Path
from lib.filters.tree import Value as Literal


@dataclass(frozen=True)
class Absent:
    """As a column."""

    def compare(self, op: Operator, value: Literal, path: Path) -> Q:
        return NOTHING

    def present(self) -> Q:
        return NOTHING


@dataclass(frozen=True)
class NoElements:
    """As elements, of which there are none."""

    def column(self, path: Path) -> Column | None:
        return ABSENT

    def any(self, condition: Q) -> Q:
        return NOTHING

    def first(self, wanted: Combinable) -> Combinable:
        return Value(None, output_field=TextField())


ABSENT = Absent()
NO_ELEMENTS = NoElements()
