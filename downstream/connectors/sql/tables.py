"""Knowing the configured tables as the database describes them: their columns and types."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from time import monotonic
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL

from downstream.errors import AccessDenied

SHOWN = 20  # names of what is there instead
# Seconds that a description is good for: a turn of a busy worker is over with its first delivery, and to
# describe a table takes as long as to write to it.
GOOD_FOR = 10.0
DATABASES = 1000

# SQLite keeps what it is given whatever a column is declared as; SQLAlchemy's types would refuse some of it.
_TRUE_IN_SQLITE = (sa.Boolean, sa.Integer, sa.String)


class Tables:
    """The tables of one database, described anew after `forget` and when they were known for a while."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, sa.Table]] = {}

    def get(self, connection: sa.Connection, name: str, columns: Iterable[str]) -> sa.Table:
        """The table `name` ("table" or "schema.table") with at least `columns`.

        Raises AccessDenied, naming what is not there and what is.
        """
        wanted = set(columns)
        since, known = self._known.get(name, (0.0, None))
        if known is None or monotonic() - since > GOOD_FOR or not wanted <= set(known.c.keys()):
            known = _described(connection, name)
            self._known[name] = monotonic(), known
        for column in sorted(wanted - set(known.c.keys())):
            raise AccessDenied(
                f'Table "{name}" has no column "{column}": check the target\'s configuration. '
                f"It has {_listed(known.c.keys())}."
            )
        return known

    def forget(self) -> None:
        """Describe every table anew when it is next needed."""
        self._known.clear()


def tables_of(database: URL) -> Tables:
    """What this process knows of a database, whoever of its threads has asked."""
    url = database.render_as_string(hide_password=False)
    return _tables_of(hashlib.sha256(url.encode()).hexdigest())


@lru_cache(maxsize=DATABASES)
def _tables_of(digest: str) -> Tables:
    return Tables()


def _described(connection: sa.Connection, name: str) -> sa.Table:
    schema, _, table = name.rpartition(".")
    try:
        found = sa.inspect(connection).get_columns(table, schema or None)
    except sa.exc.NoSuchTableError:
        raise AccessDenied(
            f'There is no table "{name}": check the target\'s configuration. '
            f"There is {_listed(_tables(connection, schema))}."
        ) from None
    described = [sa.Column[Any](column["name"], _type(connection, column["type"])) for column in found]
    return sa.Table(table, sa.MetaData(), *described, schema=schema or None)


def _type(connection: sa.Connection, declared: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    if connection.dialect.name == "sqlite" and not isinstance(declared, _TRUE_IN_SQLITE):
        return sa.types.NullType()
    return declared


def _tables(connection: sa.Connection, schema: str) -> list[str]:
    inspector = sa.inspect(connection)
    return sorted(inspector.get_table_names(schema or None) + inspector.get_view_names(schema or None))


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return (", ".join(f'"{name}"' for name in names[:SHOWN]) or "nothing") + more
