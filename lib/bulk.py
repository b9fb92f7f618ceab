"""Many rows at the speed of the database: COPY on PostgreSQL, one prepared statement on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models

from lib.statements import columns_of, inserted_fields, values_of

Row = TypeVar("Row", bound=models.Model)
PART = 5000


def parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Cut into lists that fit into memory, however many rows there are."""
    source = iter(rows)
    while part := list(islice(source, PART)):
        yield part


def write(rows: Iterable[models.Model]) -> int:
    """Insert rows of one model; returns how many. They do not learn keys that the database counts up.

    Raises IntegrityError, after which the caller's transaction is of no use.
    """
    count = 0
    for part in parts(rows):
        values = ([*values_of(row).values()] for row in part)
        _BY_VENDOR[connection.vendor](type(part[0]), values)
        count += len(part)
    return count


def analyze(*tables: type[models.Model]) -> None:
    """So that the next query is planned for the rows that there are now."""
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _copy(model: type[models.Model], rows: Iterable[Sequence[Any]]) -> None:
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"COPY {table} ({columns_of(model)}) FROM STDIN"
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _execute_many(model: type[models.Model], rows: Iterable[Sequence[Any]]) -> None:
    table, columns = connection.ops.quote_name(model._meta.db_table), columns_of(model)
    places = ", ".join(["%s"] * len(inserted_fields(model)))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({places})",  # noqa: S608  # names only
            list(rows),
        )


_BY_VENDOR = {"postgresql": _copy, "sqlite": _execute_many}
