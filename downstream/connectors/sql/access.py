"""Ways into the configured database: connections in time, transactions, and the tables by their names."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from downstream.connectors.sql.config import Memberships, Rows, SqlConfig
from downstream.connectors.sql.errors import translated
from downstream.connectors.sql.limits import deadline, open_engine
from downstream.connectors.sql.rows import Writer
from downstream.connectors.sql.tables import tables_of
from downstream.errors import AccessDenied, BadData
from lib.documents import Document


class Access:
    """One database. What it says is raised as a DeliveryError, without the secrets of `document`."""

    def __init__(self, config: SqlConfig, time_limit: float) -> None:
        self.config = config
        self.time_limit = time_limit
        self.tables = tables_of(config.database)
        self._engine = open_engine(config.database, time_limit)

    def close(self) -> None:
        self._engine.dispose()

    def rows(self, document: Document) -> Rows:
        """The part of the configuration that is about this kind of resource."""
        if document["meta"]["resourceType"] != "Group":
            return self.config.accounts
        if self.config.groups is None:
            raise BadData('This target has no table for groups: add "groups" to its configuration.')
        return self.config.groups

    def writer(self, connection: sa.Connection, rows: Rows) -> Writer:
        return Writer(connection, self.tables.get(connection, rows.table, rows.names), rows)

    def memberships(self, connection: sa.Connection, memberships: Memberships) -> sa.Table:
        return self.tables.get(connection, memberships.table, (memberships.account, memberships.group))

    @contextmanager
    def connected(self, document: Document | None = None) -> Iterator[sa.Connection]:
        """For reading."""
        with (
            self._translated(document),
            self._engine.connect() as connection,
            deadline(connection, self.time_limit),
        ):
            yield connection

    @contextmanager
    def transaction(self, document: Document | None = None) -> Iterator[sa.Connection]:
        """For writing: all or nothing."""
        with self.connected(document) as connection, connection.begin():
            if connection.dialect.name == "sqlite":
                # The write lock comes first: a reader that turns writer midway is refused without a wait.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def _translated(self, document: Document | None) -> Iterator[None]:
        password = document.get("password") if document else None
        columns = self.rows(document).names if document else ()
        try:
            with translated([self.config.database.password, password], columns=columns):
                yield
        except (AccessDenied, BadData):
            # The tables may have changed under us: look again next time.
            self.tables.forget()
            raise
