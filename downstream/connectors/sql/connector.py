"""The SQL connector: one transaction for each call."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import sqlalchemy as sa

from downstream.connectors.base import Config, Connector
from downstream.connectors.sql.config import Entitlements, Memberships, Rows, SqlConfig
from downstream.connectors.sql.errors import translated
from downstream.connectors.sql.limits import deadline, open_engine
from downstream.connectors.sql.memberships import leave_all, probe, set_members
from downstream.connectors.sql.reading import Read, offers_page, page
from downstream.connectors.sql.rows import Writer
from downstream.connectors.sql.tables import Tables
from downstream.errors import AccessDenied, BadData, Exists
from downstream.mapping import columns, document_of
from lib.documents import Document


class SqlConnector(Connector[SqlConfig]):
    """Writes users, groups and memberships to configured tables. Values are only ever bound parameters."""

    kind: ClassVar[str] = "sql"
    label: ClassVar[str] = "SQL database"
    config_class: ClassVar[type[Config]] = SqlConfig

    def __init__(self, config: SqlConfig, *, time_limit: float) -> None:
        super().__init__(config, time_limit=time_limit)
        self._engine = open_engine(config.database, time_limit)
        self._tables = Tables()

    @property
    def address(self) -> str:
        """See `Connector.address`. Without the query, which may hold a password too."""
        return self.config.database.set(query={}).render_as_string(hide_password=True)

    @property
    def resource_types(self) -> frozenset[str]:
        """See `Connector.resource_types`: groups need a table."""
        return frozenset({"User", "Group"} if self.config.groups else {"User"})

    def put(self, document: Document, remote_id: str | None) -> str:
        """See `Connector.put`."""
        try:
            return self._put(document, remote_id)
        except Exists:
            # Someone else may have inserted the row since we looked: now it is found and updated.
            return self._put(document, remote_id)

    def remove(self, document: Document, remote_id: str | None) -> None:
        """See `Connector.remove`. Memberships go first."""
        rows = self._rows(document)
        with self._transaction(document) as connection:
            writer = self._writer(connection, rows)
            key = (
                writer.found(columns(document, rows.sources))
                if remote_id is None
                else writer.key_of(remote_id)
            )
            if key is None:
                return
            if memberships := self.config.memberships:
                column = memberships.account if rows is self.config.accounts else memberships.group
                leave_all(connection, self._membership_table(connection, memberships), column, key)
            writer.remove(key)

    def accounts(self) -> Iterator[tuple[str, Document]]:
        """See `Connector.accounts`. The time limit is for each page; between pages no connection is held."""
        last = None
        while found := self._page(last):
            for key, values in found:
                document = document_of(values, self.config.accounts.columns)
                yield str(key), {**document, "meta": {"resourceType": "User"}}
            last, _ = found[-1]

    @property
    def offers_entitlements(self) -> bool:
        """See `Connector.offers_entitlements`."""
        return bool(self.config.entitlements)

    def entitlements(self) -> Iterator[Document]:
        """See `Connector.entitlements`. The time limit is for each page, as with accounts."""
        for part in self.config.entitlements:
            last = None
            while found := self._offers(part, last):
                yield from (document for _, document in found)
                last, _ = found[-1]

    def check(self) -> None:
        """See `Connector.check`: every configured table and column is there and may be read and changed."""
        self._tables.forget()
        with self._transaction({}) as connection:
            for rows in filter(None, (self.config.accounts, self.config.groups)):
                self._writer(connection, rows).probe()
            if memberships := self.config.memberships:
                probe(connection, self._membership_table(connection, memberships), memberships)
            for part in self.config.entitlements:
                table = self._tables.get(connection, part.table, part.names)
                connection.execute(sa.select(*(table.c[name] for name in part.names)).where(sa.false()))

    def close(self) -> None:
        """See `Connector.close`."""
        self._engine.dispose()

    def _put(self, document: Document, remote_id: str | None) -> str:
        rows = self._rows(document)
        values = columns(document, rows.sources)
        with self._transaction(document) as connection:
            writer = self._writer(connection, rows)
            key = _written(writer, values, remote_id)
            if rows is self.config.groups and (memberships := self.config.memberships):
                table = self._membership_table(connection, memberships)
                members = [member["value"] for member in document.get("members", [])]
                set_members(connection, table, memberships, group=key, members=members)
        return str(key)

    def _rows(self, document: Document) -> Rows:
        if document["meta"]["resourceType"] != "Group":
            return self.config.accounts
        if self.config.groups is None:
            raise BadData('This target has no table for groups: add "groups" to its configuration.')
        return self.config.groups

    def _writer(self, connection: sa.Connection, rows: Rows) -> Writer:
        return Writer(connection, self._tables.get(connection, rows.table, rows.names), rows)

    def _membership_table(self, connection: sa.Connection, memberships: Memberships) -> sa.Table:
        return self._tables.get(connection, memberships.table, (memberships.account, memberships.group))

    def _page(self, last: Any | None) -> Sequence[Read]:
        rows = self.config.accounts
        with self._connected({}) as connection:
            table = self._tables.get(connection, rows.table, rows.names)
            return page(connection, table, rows, after=last)

    def _offers(self, part: Entitlements, last: Any | None) -> Sequence[tuple[Any, Document]]:
        with self._connected({}) as connection:
            return offers_page(
                connection, self._tables.get(connection, part.table, part.names), part, after=last
            )

    @contextmanager
    def _connected(self, document: Document) -> Iterator[sa.Connection]:
        with (
            self._translated(document),
            self._engine.connect() as connection,
            deadline(connection, self.time_limit),
        ):
            yield connection

    @contextmanager
    def _transaction(self, document: Document) -> Iterator[sa.Connection]:
        with self._connected(document) as connection, connection.begin():
            if connection.dialect.name == "sqlite":
                # The write lock comes first: a reader that turns writer midway is refused without a wait.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def _translated(self, document: Document) -> Iterator[None]:
        try:
            with translated([self.config.database.password, document.get("password")]):
                yield
        except AccessDenied:
            # The tables may have changed under us: look again next time.
            self._tables.forget()
            raise


def _written(writer: Writer, values: dict[str, Any], remote_id: str | None) -> Any:
    """Update the row that has the id, or else the one that matches, or else insert one. Returns its key."""
    key = None if remote_id is None else writer.key_of(remote_id)
    if key is not None and (written := writer.update(key, values)) is not None:
        return written
    match = writer.found(values)
    if match is not None and (written := writer.update(match, values)) is not None:
        return written
    return writer.insert(values)
