"""Reading the rows of a table bit by bit, without a transaction that stays open in between."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from downstream.connectors.sql.config import Rows
from downstream.connectors.sql.values import plain

PAGE = 500  # rows read at a time

Read = tuple[Any, dict[str, Any]]
"""A row's key as the database has it, and the values of the configured columns as JSON has them."""


def page(connection: sa.Connection, table: sa.Table, rows: Rows, *, after: Any | None) -> Sequence[Read]:
    """The rows that follow the key `after`, or the first ones; none at the end."""
    key = table.c[rows.key]
    following = key.is_not(None) if after is None else key > sa.literal(after, key.type)
    query = sa.select(key, *(table.c[name] for name in rows.columns if name != rows.key))
    found = connection.execute(query.where(following).order_by(key).limit(PAGE)).mappings()
    return [(row[key], {name: plain(row[table.c[name]]) for name in rows.columns}) for row in found]
