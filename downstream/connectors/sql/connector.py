"""The SQL connector: one transaction for each call."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import sqlalchemy as sa

from downstream.connectors.base import (
    NONE,
    Config,
    Connector,
    Field,
    Fields,
    Found,
    How,
    Overrides,
    Written,
    version_of,
)
from downstream.connectors.sql.access import Access
from downstream.connectors.sql.config import Entitlements, Rows, SqlConfig
from downstream.connectors.sql.memberships import (
    change_members,
    leave_all,
    members_page,
    probe,
    set_members,
)
from downstream.connectors.sql.reading import Read, offers_page, page
from downstream.connectors.sql.rows import Writer
from downstream.errors import BadData, Exists
from downstream.mapping import columns, document_of
from lib.documents import Document


class SqlConnector(Connector[SqlConfig]):
    """Writes users, groups and memberships to configured tables. Values are only ever bound parameters."""

    kind: ClassVar[str] = "sql"
    label: ClassVar[str] = "SQL database"
    config_class: ClassVar[type[Config]] = SqlConfig

    def __init__(self, config: SqlConfig, *, time_limit: float) -> None:
        super().__init__(config, time_limit=time_limit)
        self._access = Access(config, time_limit)

    @property
    def address(self) -> str:
        """See `Connector.address`. Without the query, which may hold a password too."""
        return self.config.database.set(query={}).render_as_string(hide_password=True)

    @property
    def resource_types(self) -> frozenset[str]:
        """See `Connector.resource_types`: groups need a table."""
        return frozenset({"User", "Group"} if self.config.groups else {"User"})

    def fields(self, kind: str) -> tuple[Field, ...]:
        """See `Connector.fields`: the columns that the configuration fills."""
        rows = self.config.groups if kind == "Group" else self.config.accounts
        return rows.fields if rows else ()

    def render(self, document: Document, overrides: Overrides = NONE) -> Fields:
        """See `Connector.render`. Asks the database for the types of its columns, once."""
        rows = self._access.rows(document)
        values = _values(rows, document, overrides)
        with self._access.connected(document) as connection:
            return self._access.writer(connection, rows).rendered(values)

    @property
    def is_readable(self) -> bool:
        """See `Connector.is_readable`."""
        return True

    def find(self, document: Document, remote_id: str | None) -> Found | None:
        """See `Connector.find`."""
        rows = self._access.rows(document)
        with self._access.connected(document) as connection:
            writer = self._access.writer(connection, rows)
            key = None if remote_id is None else writer.key_of(remote_id)
            fields = None if key is None else writer.read(key)
            if fields is None:
                match = rows.match_column
                key = writer.found(columns(document, {match: rows.sources[match]}))
                fields = None if key is None else writer.read(key)
            return None if fields is None else Found(str(key), fields)

    def put(self, document: Document, remote_id: str | None, *, overrides: Overrides = NONE) -> Written:
        """See `Connector.put`."""
        try:
            return self._put(document, remote_id, overrides)
        except Exists:
            # Someone else may have inserted the row since we looked: now it is found and updated.
            return self._put(document, remote_id, overrides)

    @property
    def members_per_call(self) -> int | None:
        """See `Connector.members_per_call`."""
        return self.config.members_per_call if self.config.memberships else None

    def members(self, remote_id: str) -> Iterator[str]:
        """See `Connector.members`. The time limit is for each page, as with accounts."""
        last = None
        while found := self._members_page(remote_id, last):
            yield from (str(key) for key in found)
            last = found[-1]

    def put_members(self, remote_id: str, *, add: Sequence[str], remove: Sequence[str]) -> None:
        """See `Connector.put_members`."""
        if memberships := self.config.memberships:
            with self._access.transaction() as connection:
                table = self._access.memberships(connection, memberships)
                change_members(connection, table, memberships, group=remote_id, add=add, remove=remove)

    def remove(self, document: Document, remote_id: str | None) -> None:
        """See `Connector.remove`. Memberships go first."""
        rows = self._access.rows(document)
        with self._access.transaction(document) as connection:
            writer = self._access.writer(connection, rows)
            key = (
                writer.found(columns(document, rows.sources))
                if remote_id is None
                else writer.key_of(remote_id)
            )
            if key is None:
                return
            if memberships := self.config.memberships:
                column = memberships.account if rows is self.config.accounts else memberships.group
                leave_all(connection, self._access.memberships(connection, memberships), column, key)
            writer.remove(key, version_of(document))

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
        self._access.tables.forget()
        with self._access.transaction() as connection:
            for rows in filter(None, (self.config.accounts, self.config.groups)):
                self._access.writer(connection, rows).probe()
            if memberships := self.config.memberships:
                probe(connection, self._access.memberships(connection, memberships), memberships)
            for part in self.config.entitlements:
                table = self._access.tables.get(connection, part.table, part.names)
                connection.execute(sa.select(*(table.c[name] for name in part.names)).where(sa.false()))

    def close(self) -> None:
        """See `Connector.close`."""
        self._access.close()

    def _put(self, document: Document, remote_id: str | None, overrides: Overrides) -> Written:
        rows = self._access.rows(document)
        values = _values(rows, document, overrides)
        with self._access.transaction(document) as connection:
            key, how = _written(self._access.writer(connection, rows), values, remote_id)
            if rows is self.config.groups and "members" in document:
                self._set_members(connection, key, document["members"])
        return Written(str(key), how)

    def _set_members(self, connection: sa.Connection, group: Any, members: list[Document]) -> None:
        if memberships := self.config.memberships:
            table = self._access.memberships(connection, memberships)
            ids = [member["value"] for member in members]
            set_members(connection, table, memberships, group=group, members=ids)

    def _page(self, last: Any | None) -> Sequence[Read]:
        rows = self.config.accounts
        with self._access.connected() as connection:
            table = self._access.tables.get(connection, rows.table, rows.names)
            return page(connection, table, rows, after=last)

    def _members_page(self, remote_id: str, last: Any | None) -> Sequence[Any]:
        if self.config.memberships is None:
            return ()
        with self._access.connected() as connection:
            table = self._access.memberships(connection, self.config.memberships)
            return members_page(connection, table, self.config.memberships, group=remote_id, after=last)

    def _offers(self, part: Entitlements, last: Any | None) -> Sequence[tuple[Any, Document]]:
        with self._access.connected() as connection:
            return offers_page(
                connection, self._access.tables.get(connection, part.table, part.names), part, after=last
            )


def _values(rows: Rows, document: Document, overrides: Overrides) -> dict[str, Any]:
    """What is written, column by column. An overridden column's source is not looked at: it may be broken."""
    for name in sorted(overrides.keys() - rows.columns.keys()):
        sentence = f'The configuration fills no column "{name}": end its override.'
        raise BadData(sentence, attribute=name)
    mapped = {name: step for name, step in rows.sources.items() if name not in overrides}
    version = {rows.version_column: version_of(document)} if rows.version_column else {}
    return {**columns(document, mapped), **overrides, **version}


def _written(writer: Writer, values: dict[str, Any], remote_id: str | None) -> tuple[Any, How]:
    """Update the row that has the id, or else the one that matches, or else insert one. Its key."""
    key = None if remote_id is None else writer.key_of(remote_id)
    if key is not None and (written := writer.update(key, values)) is not None:
        return written, How.UPDATED
    match = writer.found(values)
    if match is not None and (written := writer.update(match, values, adopting=True)) is not None:
        return written, How.ADOPTED
    return writer.insert(values), How.CREATED if remote_id is None else How.RECREATED
