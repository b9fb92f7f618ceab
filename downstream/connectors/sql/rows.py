"""The row of one account or group: find it, write it, take it away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from downstream.connectors.base import Fields
from downstream.connectors.sql.config import Rows
from downstream.connectors.sql.values import adapted, equals, plain
from downstream.errors import BadData


@dataclass(frozen=True)
class Writer:
    """One configured table, within the transaction of `connection`. Keys are in the database's own type."""

    connection: sa.Connection
    table: sa.Table
    rows: Rows

    @property
    def key(self) -> sa.Column[Any]:
        """The column with the id."""
        return self.table.c[self.rows.key]

    def key_of(self, remote_id: str) -> Any | None:
        """`remote_id` as a key. None if the key column cannot hold it, as then no row has it."""
        try:
            return adapted(self.key, remote_id)
        except BadData:
            return None

    def probe(self) -> None:
        """Read, change and delete no row at all: the database says what it would not allow."""
        read = [self.table.c[name] for name in sorted(self.rows.names)]
        written = [self.table.c[name] for name in sorted(self.rows.written)]
        nothing = sa.false()
        self.connection.execute(sa.select(*read).where(nothing))
        self.connection.execute(sa.update(self.table).where(nothing).values({each: each for each in written}))
        if self.rows.on_remove is None:
            self.connection.execute(sa.delete(self.table).where(nothing))

    def found(self, values: Mapping[str, Any]) -> Any | None:
        """The key of the row that matches `values`, or None. Raises BadData if there are several."""
        name = self.rows.match_column
        value = adapted(self.table.c[name], values[name])
        if value is None:
            sentence = f'Column "{name}" identifies a row, but there is no value for it.'
            raise BadData(sentence, attribute=name)
        keys = self.connection.scalars(
            sa.select(self.key).where(equals(self.table.c[name], value)).limit(2)
        ).all()
        if len(keys) > 1:
            raise BadData(
                f'Several rows match in column "{name}" of table "{self.rows.table}": leave one of them.',
                attribute=name,
            )
        return keys[0] if keys else None

    def read(self, key: Any) -> Fields | None:
        """The configured columns of the row with `key`, or None if there is no such row."""
        wanted = [self.key, *(self.table.c[name] for name in self.rows.columns if name != self.rows.key)]
        found = self.connection.execute(sa.select(*wanted).where(equals(self.key, key))).mappings().first()
        return None if found is None else {name: plain(found[name]) for name in self.rows.columns}

    def rendered(self, values: Mapping[str, Any]) -> Fields:
        """What `read` tells of a row after `values` have been written to it."""
        adapted = self._adapted(values)
        return {name: plain(adapted[name]) for name in self.rows.columns}

    def update(self, key: Any, values: Mapping[str, Any], *, adopting: bool = False) -> Any | None:
        """Write `values` to the row with `key`. The key it has now, or None if there is no such row.

        Raises BadData if the row has a newer version. `adopting`: whose row it is, nobody knows.
        """
        adapted_values = self._adapted(values)
        written = {*self.rows.columns, self.rows.version_column}
        changed = {name: value for name, value in adapted_values.items() if name in written}
        older = self._not_newer(adapted_values, adopting)
        count = self._set(key, changed, older)
        if not count and older is not None and self.read(key) is not None:
            raise BadData(
                f'The row has a newer version in "{self.rows.version_column}": this one came too late. If it '
                "did not, empty that column.",
                attribute=self.rows.version_column or "",
            )
        if count > 1:
            raise BadData(f'Several rows of table "{self.rows.table}" have the same "{self.rows.key}".')
        return changed.get(self.rows.key, key) if count else None

    def insert(self, values: Mapping[str, Any]) -> Any:
        """Write a new row. The key that it was given or that the table made."""
        row = self._adapted(values)
        statement = sa.insert(self.table).values({self.table.c[name]: value for name, value in row.items()})
        if self.connection.dialect.insert_returning:
            key = self.connection.execute(statement.returning(self.key)).scalar_one()
        else:
            generated = self.connection.execute(statement).lastrowid
            key = row.get(self.rows.key, generated)
        if key is None:
            raise BadData(
                f'Table "{self.rows.table}" made no "{self.rows.key}" for a new row: '
                'add "key_source" to the target\'s configuration.'
            )
        return key

    def remove(self, key: Any, version: int | None = None) -> None:
        """Delete the row with `key`, or mark it as the configuration says. No such row is fine."""
        if self.rows.on_remove is None:
            self.connection.execute(sa.delete(self.table).where(equals(self.key, key)))
        else:
            marks = dict(self.rows.on_remove.set)
            if self.rows.version_column and version is not None:
                marks[self.rows.version_column] = version
            self._set(key, self._adapted(marks))

    def _not_newer(self, values: Mapping[str, Any], adopting: bool) -> sa.ColumnElement[bool] | None:
        """The condition that a row is not of a newer version of the same resource; None where none holds."""
        name, id_column = self.rows.version_column, self.rows.id_column
        if name is None or values.get(name) is None or (adopting and id_column is None):
            return None
        version = self.table.c[name]
        older = version.is_(None) | (version <= sa.literal(values[name], version.type))
        if id_column is None:
            return older
        owner = self.table.c[id_column]
        return older | owner.is_distinct_from(sa.literal(values[id_column], owner.type))

    def _set(
        self, key: Any, values: Mapping[str, Any], condition: sa.ColumnElement[bool] | None = None
    ) -> int:
        changes = {self.table.c[name]: value for name, value in values.items()}
        rows = sa.update(self.table).where(equals(self.key, key))
        rows = rows if condition is None else rows.where(condition)
        return self.connection.execute(rows.values(changes)).rowcount

    def _adapted(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: adapted(self.table.c[name], value) for name, value in values.items()}
