"""The rows that say who is in which group."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa

from downstream.connectors.sql.config import Memberships
from downstream.connectors.sql.values import adapted, equals

CHUNK = 500  # bound parameters or rows in one statement; SQLite's oldest limit is 999


def set_members(
    connection: sa.Connection, table: sa.Table, config: Memberships, *, group: Any, members: Sequence[str]
) -> None:
    """Make the accounts with the keys `members` the group's only ones. Right rows are not touched."""
    account_column, group_column = table.c[config.account], table.c[config.group]
    group = adapted(group_column, group)
    of_group = equals(group_column, group)
    there = connection.scalars(sa.select(account_column).where(of_group)).all()
    # As text on both sides: that is the form in which ids leave this connector.
    present = {str(account): account for account in there}
    wanted = {member: adapted(account_column, member) for member in members}

    for chunk in _chunks([account for text, account in present.items() if text not in wanted]):
        leaving = sa.bindparam(None, chunk, account_column.type, expanding=True, unique=True)
        connection.execute(sa.delete(table).where(of_group, account_column.in_(leaving)))
    for chunk in _chunks([account for text, account in wanted.items() if text not in present]):
        connection.execute(
            sa.insert(table), [{config.account: account, config.group: group} for account in chunk]
        )


def probe(connection: sa.Connection, table: sa.Table, config: Memberships) -> None:
    """Read and delete no row at all: the database says what it would not allow."""
    connection.execute(sa.select(table.c[config.account], table.c[config.group]).where(sa.false()))
    connection.execute(sa.delete(table).where(sa.false()))


def leave_all(connection: sa.Connection, table: sa.Table, column: str, key: Any) -> None:
    """Delete the rows with `key` in `column`: an account leaves its groups, or a group loses its members."""
    held = table.c[column]
    connection.execute(sa.delete(table).where(equals(held, adapted(held, key))))


def _chunks(values: Sequence[Any]) -> Iterator[list[Any]]:
    rest = iter(values)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
