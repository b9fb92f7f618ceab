"""The rows that say who is in which group."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa

from downstream.connectors.sql.config import Memberships
from downstream.connectors.sql.values import adapted, equals

PAGE = 5000  # members read at a time
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
        connection.execute(sa.delete(table).where(of_group, _among(account_column, chunk)))
    for chunk in _chunks([account for text, account in wanted.items() if text not in present]):
        connection.execute(
            sa.insert(table), [{config.account: account, config.group: group} for account in chunk]
        )


def change_members(
    connection: sa.Connection,
    table: sa.Table,
    config: Memberships,
    *,
    group: Any,
    add: Sequence[str],
    remove: Sequence[str],
) -> None:
    """Add these accounts to the group and remove those. Other rows are neither read nor touched."""
    account_column, group_column = table.c[config.account], table.c[config.group]
    group = adapted(group_column, group)
    of_group = equals(group_column, group)
    for chunk in _chunks([adapted(account_column, member) for member in remove]):
        connection.execute(sa.delete(table).where(of_group, _among(account_column, chunk)))
    for chunk in _chunks([adapted(account_column, member) for member in add]):
        there = connection.scalars(sa.select(account_column).where(of_group, _among(account_column, chunk)))
        present = {str(account) for account in there}
        joining = [{config.account: one, config.group: group} for one in chunk if str(one) not in present]
        if joining:
            connection.execute(sa.insert(table), joining)


def members_page(
    connection: sa.Connection, table: sa.Table, config: Memberships, *, group: Any, after: Any | None
) -> Sequence[Any]:
    """The keys of the group's accounts that follow the key `after`, or the first ones; none at the end."""
    account_column, group_column = table.c[config.account], table.c[config.group]
    of_group = equals(group_column, adapted(group_column, group))
    following = sa.true() if after is None else account_column > sa.literal(after, account_column.type)
    query = sa.select(account_column).distinct().where(of_group, following)
    return connection.scalars(query.order_by(account_column).limit(PAGE)).all()


def probe(connection: sa.Connection, table: sa.Table, config: Memberships) -> None:
    """Read and delete no row at all: the database says what it would not allow."""
    connection.execute(sa.select(table.c[config.account], table.c[config.group]).where(sa.false()))
    connection.execute(sa.delete(table).where(sa.false()))


def leave_all(connection: sa.Connection, table: sa.Table, column: str, key: Any) -> None:
    """Delete the rows with `key` in `column`: an account leaves its groups, or a group loses its members."""
    held = table.c[column]
    connection.execute(sa.delete(table).where(equals(held, adapted(held, key))))


def _among(column: sa.Column[Any], values: list[Any]) -> sa.ColumnElement[bool]:
    """The condition that `column` holds one of the adapted `values`."""
    return column.in_(sa.bindparam(None, values, column.type, expanding=True, unique=True))


def _chunks(values: Sequence[Any]) -> Iterator[list[Any]]:
    rest = iter(values)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
