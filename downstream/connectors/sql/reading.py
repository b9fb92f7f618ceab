"""Reading the rows of a table bit by bit, without a transaction that stays open in between."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from downstream.connectors.sql.config import Entitlements, Rows
from downstream.connectors.sql.values import plain
from lib.documents import Document

PAGE = 500  # rows read at a time

Read = tuple[Any, dict[str, Any]]
"""A row's key as the database has it, and the values of the configured columns as JSON has them."""


def page(connection: sa.Connection, table: sa.Table, rows: Rows, *, after: Any | None) -> Sequence[Read]:
    """The rows that follow the key `after`, or the first ones; none at the end."""
    found = _following(connection, table, rows.key, rows.columns, after)
    key = table.c[rows.key]
    return [(row[key], {name: plain(row[table.c[name]]) for name in rows.columns}) for row in found]


def offers_page(
    connection: sa.Connection, table: sa.Table, part: Entitlements, *, after: Any | None
) -> Sequence[tuple[Any, Document]]:
    """The same of a table of roles or entitlements: keys, and what `Connector.entitlements` says of them."""
    key = table.c[part.key]
    return [
        (row[key], {"type": part.type, "id": str(plain(row[key])), **_told(row, table, part)})
        for row in _following(connection, table, part.key, part.names, after)
    ]


def _told(row: sa.RowMapping, table: sa.Table, part: Entitlements) -> Document:
    columns = {"displayName": part.name, "description": part.description}
    values = {told: row[table.c[name]] for told, name in columns.items() if name is not None}
    return {told: str(plain(value)) for told, value in values.items() if value is not None}


def _following(
    connection: sa.Connection, table: sa.Table, key_name: str, names: Iterable[str], after: Any | None
) -> Iterable[sa.RowMapping]:
    key = table.c[key_name]
    following = key.is_not(None) if after is None else key > sa.literal(after, key.type)
    query = sa.select(key, *(table.c[name] for name in names if name != key_name))
    return connection.execute(query.where(following).order_by(key).limit(PAGE)).mappings()
