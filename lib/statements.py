"""Rows by statements that are built once: Django builds each anew, which costs more than running it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

Field = models.Field[Any, Any]
Row = TypeVar("Row", bound=models.Model)


def insert(rows: Sequence[models.Model]) -> None:
    """One INSERT of rows of one model, which know their keys afterwards; no signals are sent.

    Raises IntegrityError, after which the caller's transaction is of no use.
    """
    if not rows:
        return
    model = type(rows[0])
    values = [value for row in rows for value in values_of(row).values()]
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, len(rows)), values)
        keys = [key for (key,) in cursor.fetchall()]
    for row, key in zip(rows, keys, strict=True):
        if row.pk is None:
            row.pk = key
        row._state.adding, row._state.db = False, connection.alias


def values_of(row: models.Model) -> dict[Field, Any]:
    """What the columns of `inserted_fields` take, in their order."""
    fields = inserted_fields(type(row))
    return {field: field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields}


@cache
def inserted_fields(model: type[models.Model]) -> tuple[Field, ...]:
    """All columns but a key that the database counts up."""
    return tuple(field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField))


def columns_of(model: type[models.Model]) -> str:
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in inserted_fields(model))


@cache
def _statement(model: type[models.Model], number: int) -> str:
    """Both databases return the keys in the order of the rows, which Django's bulk_create relies on, too."""
    row = f"({', '.join(['%s'] * len(inserted_fields(model)))})"
    rows = ", ".join([row] * number)
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    return f"INSERT INTO {table} ({columns_of(model)}) VALUES {rows} RETURNING {key}"  # noqa: S608  # names only


def select(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """What the database returns, as its driver gives it."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def names_of(model: type[models.Model], alias: str) -> str:
    """All columns, for a SELECT that `row_of` reads."""
    quote = connection.ops.quote_name
    return ", ".join(f"{alias}.{quote(str(field.column))}" for field in model._meta.concrete_fields)


def row_of(model: type[Row], values: Sequence[Any]) -> Row:
    """The instance that the columns of `names_of` make."""
    read = [reader(value) for reader, value in zip(_readers(model), values, strict=True)]
    return model.from_db(connection.alias, [field.attname for field in model._meta.concrete_fields], read)


@cache
def _readers(model: type[models.Model]) -> tuple[Callable[[Any], Any], ...]:
    return tuple(reader_of(field) for field in model._meta.concrete_fields)


def reader_of(field: Field) -> Callable[[Any], Any]:
    """From what the driver gives to what the field holds: UUIDs and times are texts in SQLite."""
    column = field.get_col(field.model._meta.db_table)
    converters = [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]

    def read(value: Any) -> Any:
        for converter in converters:
            value = converter(value, column, connection)
        return value

    return read
