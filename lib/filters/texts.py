"""Compares texts in the database: the same answer on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func, Q, TextField, Value
from django.db.models.expressions import Combinable, Expression
from django.db.models.functions import Coalesce, Left, Length, Right, StrIndex
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    IsNull,
    LessThan,
    LessThanOrEqual,
)
from django.db.models.sql.compiler import SQLCompiler

from lib.filters.tree import Operator
from lib.moments import microseconds

_LOWER = "lower_of_any_alphabet"
MICROSECONDS = "microseconds_of_moment"
ORDERED: dict[str, type[Any]] = {
    "eq": Exact,
    "gt": GreaterThan,
    "ge": GreaterThanOrEqual,
    "lt": LessThan,
    "le": LessThanOrEqual,
}


def teach_sqlite(*, connection: BaseDatabaseWrapper, **_: object) -> None:
    """SQLite's own `lower` knows ASCII only, and it knows no moments. A receiver of `connection_created`."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(_LOWER, 1, _lower, deterministic=True)
        connection.connection.create_function(MICROSECONDS, 1, _microseconds, deterministic=True)


def _lower(text: object) -> str | None:
    return text.lower() if isinstance(text, str) else None


def _microseconds(text: object) -> int | None:
    return microseconds(text) if isinstance(text, str) else None


class Folded(Func):
    """A text by which it compares where case does not count; ordered by code points on any database."""

    output_field = TextField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function=_LOWER, **context)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        template = 'LOWER(%(expressions)s) COLLATE "C"'
        return self.as_sql(compiler, connection, template=template, **context)


class Exactly(Func):
    """A text by which it compares where case counts; ordered by code points on any database."""

    output_field = TextField()
    template = "(%(expressions)s)"

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template='(%(expressions)s) COLLATE "C"', **context)


def compare_text(text: Combinable, op: Operator, wanted: str, *, case_exact: bool) -> Q:
    """Whether the text fulfils the comparison; never NULL, so that `not` is right for what is absent."""
    form: type[Func] = Exactly if case_exact else Folded
    test = _test(form(text), op, wanted, form(Value(wanted, output_field=TextField())))
    return true_or_false(test)


def true_or_false(test: Expression) -> Q:
    """The condition with NULL as false."""
    return Q(Coalesce(test, Value(False), output_field=BooleanField()))


def _test(text: Func, op: Operator, wanted: str, form: Func) -> Any:
    """No LIKE: it has wildcards, and on SQLite a case of its own."""
    if op in ORDERED:
        return ORDERED[op](text, form)
    if not wanted:
        return IsNull(text, False)
    if op == "co":
        return GreaterThan(StrIndex(text, form), 0)
    part = Left if op == "sw" else Right
    return Exact(part(text, Length(form)), form)
