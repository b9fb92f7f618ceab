"""Rows by statements that are built once: Django builds each anew, which costs more than running it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connection, models

Field = models.Field[Any, Any]
Row = TypeVar("Row", bound=models.Model)
Found = list[tuple[Any, ...]]
# What the driver takes as it is.
_PLAIN: dict[str, frozenset[type]] = {
    "sqlite": frozenset({str, bool, int, type(None)}),
    "postgresql": frozenset({str, bool, int, type(None), uuid.UUID, datetime}),
}


@dataclass(frozen=True)
class Statement:
    """SQL that returns rows, and the values of its parameters as the database takes them."""

    text: str
    values: Sequence[Any]

    def returning(self, text: str, values: Sequence[Any]) -> Statement:
        """Of one that ends in RETURNING: what each row returns besides."""
        return Statement(f"{self.text}, {text}", [*self.values, *values])


def together(*statements: Statement) -> list[Found]:
    """What each of them returns, as the driver gives it; one exchange with PostgreSQL, however many they are.

    They run in order, and each sees what had been committed when it began. Raises IntegrityError, after
    which the caller's transaction is of no use.
    """
    if not statements:
        return []
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            return [cursor.execute(one.text, one.values).fetchall() for one in statements]
        cursor.execute(
            "; ".join(one.text for one in statements), [*chain(*(one.values for one in statements))]
        )
        found = [cursor.fetchall()]
        while cursor.nextset():
            found.append(cursor.fetchall())
        return found


def insertion(rows: Sequence[models.Model]) -> Statement:
    """One INSERT of at least one row of one model, which returns their keys in order; no signals are sent."""
    values = [value for row in rows for value in values_of(row).values()]
    return Statement(_insert(type(rows[0]), len(rows)), values)


def values_of(row: models.Model) -> dict[Field, Any]:
    """What the columns of `inserted_fields` take, in their order."""
    return {field: prepared(field, field.pre_save(row, True)) for field in inserted_fields(type(row))}


def prepared(field: Field, value: Any) -> Any:
    """What the column takes: most values as they are, which spares them Django's way."""
    if type(value) in _plain() and not isinstance(field, models.JSONField):
        return value
    return field.get_db_prep_save(value, connection)


@cache
def _plain() -> frozenset[type]:
    """A process has one database: asking for its kind with every value would cost more than it spares."""
    return _PLAIN[connection.vendor]


def literal(value: str | int | bool | None) -> str:
    """SQL for a value that is the same in every run of a statement."""
    match value:
        case None:
            return "NULL"
        case str():
            return "'" + value.replace("'", "''").replace("%", "%%") + "'"
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)


@cache
def inserted_fields(model: type[models.Model]) -> tuple[Field, ...]:
    """All columns but a key that the database counts up."""
    return tuple(field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField))


def columns_of(model: type[models.Model]) -> str:
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in inserted_fields(model))


@cache
def _insert(model: type[models.Model], number: int) -> str:
    """Both databases return the keys in the order of the rows, which Django's bulk_create relies on, too."""
    row = f"({', '.join(['%s'] * len(inserted_fields(model)))})"
    rows = ", ".join([row] * number)
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    return f"INSERT INTO {table} ({columns_of(model)}) VALUES {rows} RETURNING {key}"  # noqa: S608  # names only


def select(text: str, values: Sequence[Any]) -> Found:
    (found,) = together(Statement(text, values))
    return found


def select_first(text: str, values: Sequence[Any]) -> Found:
    """The first statement of a request, which tells whether the connection still stands.

    So nobody has to ask that by a statement of its own. It only reads, and is repeated on a new connection.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return select(text, values)
    connection.health_check_done = True  # type: ignore[attr-defined]  # django-stubs leave it out
    try:
        return select(text, values)
    except (OperationalError, InterfaceError):
        connection.close()
        return select(text, values)


def names_of(model: type[models.Model], alias: str) -> str:
    """All columns, for a SELECT that `row_of` reads."""
    quote = connection.ops.quote_name
    return ", ".join(f"{alias}.{quote(str(field.column))}" for field in model._meta.concrete_fields)


def row_of(model: type[Row], values: Sequence[Any]) -> Row:
    """The instance that the columns of `names_of` make."""
    names, readers = _reading(model)
    read = [reader(value) if reader else value for reader, value in zip(readers, values, strict=True)]
    return model.from_db(connection.alias, names, read)


@cache
def _reading(model: type[models.Model]) -> tuple[list[str], list[Callable[[Any], Any] | None]]:
    """The attributes of a row, and what reads each of them where the driver does not."""
    fields = model._meta.concrete_fields
    return [field.attname for field in fields], [
        reader_of(field) if _converters(field) else None for field in fields
    ]


def reader_of(field: Field) -> Callable[[Any], Any]:
    """From what the driver gives to what the field holds: UUIDs and times are texts in SQLite."""
    column, converters = field.get_col(field.model._meta.db_table), _converters(field)

    def read(value: Any) -> Any:
        for converter in converters:
            value = converter(value, column, connection)
        return value

    return read


def _converters(field: Field) -> list[Any]:
    column = field.get_col(field.model._meta.db_table)
    return [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]
