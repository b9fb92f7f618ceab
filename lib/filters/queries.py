"""Compiles a filter tree to a Django query: one grammar for every door, columns named by the caller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from django.db.models import Q
from django.db.models.expressions import Combinable

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
    depth,
)


class Column(Protocol):
    """How one attribute is compared in the database. Both raise FilterError for what it can't do."""

    def compare(self, op: Operator, value: Value, path: Path) -> Q: ...

    def present(self) -> Q: ...


class Elements(Protocol):
    """The values of one attribute, each an object of its own."""

    def column(self, path: Path) -> Column | None: ...

    def any(self, condition: Q) -> Q:
        """Whether one of them fulfils a condition on `column`s."""
        ...

    def first(self, wanted: Combinable) -> Combinable:
        """What the primary one, or else the first, gives."""


# Finds the column of an attribute; None if the resource has no such attribute.
Find = Callable[[Path], Column | None]
FindElements = Callable[[Path], Elements | None]


def _no_elements(path: Path) -> Elements | None:
    return None


def compile_filter(tree: Filter, find: Find, find_elements: FindElements = _no_elements) -> Q:
    """The tree as one Q. Raises FilterError for an unknown attribute: a filter is never silently wider."""
    match tree:
        case And(terms):
            return Q(*(compile_filter(term, find, find_elements) for term in _deepest_first(terms)))
        case Or(terms):
            found = (compile_filter(term, find, find_elements) for term in _deepest_first(terms))
            return Q(*found, _connector=Q.OR)
        case Not(term):
            return ~compile_filter(term, find, find_elements)
        case Present(path):
            return _column(path, find).present()
        case Compare(path, op, value):
            return _compare(_column(path, find), op, value, path)
        case ValuePath(path, selection):
            return _selected(path, selection, find_elements)


def _deepest_first(terms: tuple[Filter, ...]) -> list[Filter]:
    """SQLite's parser has a stack of 100: what nests on the left of an operator takes least of it."""
    return sorted(terms, key=depth, reverse=True)


def _selected(path: Path, selection: Filter, find_elements: FindElements) -> Q:
    elements = find_elements(path)
    if elements is None:
        raise FilterError(f"{path} has no parts: leave out what stands in brackets behind it.")
    return elements.any(compile_filter(selection, elements.column))


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
        raise FilterError(f"{path} is no attribute to filter by: see /Schemas for those there are.")
    return column
