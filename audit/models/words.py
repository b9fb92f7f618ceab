"""The index of words: a tsvector on PostgreSQL, a full-text table beside the events on SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func
from django.db.models.sql.compiler import SQLCompiler

from audit.words import BREAK, CUT, Words

TABLE = "audit_event_words"
# On SQLite words that more events have are looked for while the events are read in order.
MANY = 2_000


class RowId(models.BigIntegerField[int, int]):
    """A key that SQLite keeps no index for: it is the number of the row, also in the full-text table."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class WordsField(models.TextField[Any, Any]):
    """Takes `Words`, and what it has given back."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "tsvector" if connection.vendor == "postgresql" else super().db_type(connection)

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        is_new = isinstance(value, Words) and connection.vendor == "postgresql"
        return _as_vector(value) if is_new else str(value)

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        """Many rows are updated by one expression, which has the words in it."""
        return value if hasattr(value, "as_sql") else self.get_db_prep_value(value, connection)

    def get_placeholder(self, value: Any, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> str:
        return "%s::tsvector" if connection.vendor == "postgresql" else "%s"


def _as_vector(text: str) -> str:
    """With the place of each word, and without what stands between values only."""
    return " ".join(
        f"{word}:{place}" for place, word in enumerate(text.split(" "), 1) if word and word != BREAK
    )


def as_read(words: str) -> str:
    """What the database gives back for the words: a tsvector has its own order."""
    if connection.vendor != "postgresql":
        return str(words)
    places: dict[str, list[str]] = {}
    for place, word in enumerate(words.split(" "), 1):
        if word and word != BREAK:
            places.setdefault(word, []).append(str(place))
    return " ".join(f"'{word}':{','.join(places[word])}" for word in sorted(places))


@dataclass(frozen=True)
class Phrase:
    """Words that stand one behind the other; of the last one it may be only the beginning."""

    words: tuple[str, ...]
    is_beginning: bool = False


class Says(Func):
    """Whether an event has all the phrases; never NULL.

    What `is_common` is looked for while the events are read in order, not in the index. Where words
    `may_be_cut`, those events are taken as well that say more than is kept of it.
    """

    output_field = BooleanField()

    def __init__(self, *phrases: Phrase, is_common: bool = False, may_be_cut: bool = False) -> None:
        super().__init__(F("id"), F("words"))
        self.phrases, self.is_common, self.may_be_cut = phrases, is_common, may_be_cut

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> Any:
        column, values = compiler.compile(self.get_source_expressions()[1])
        wanted = " & ".join(map(_in_postgresql, self.phrases))
        # What is added to nothing has no index.
        beside = " || ''::tsvector" if self.is_common else ""
        return f"(({column}{beside}) @@ %s::tsquery)", [*values, self._or_cut(wanted, " | ")]

    def _or_cut(self, wanted: str, either: str) -> str:
        return f"({wanted}){either}{CUT}" if self.may_be_cut else wanted

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> Any:
        column, values = compiler.compile(self.get_source_expressions()[0])
        wanted = self._or_cut(" AND ".join(map(_in_sqlite, self.phrases)), " OR ")
        # A plus keeps SQLite from beginning with the events that have the words.
        unsorted = "+" if self.is_common or _are_many(connection, wanted) else ""
        found = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s"  # noqa: S608  # names only
        return f"({unsorted}{column} IN ({found}))", [*values, wanted]


def _in_postgresql(phrase: Phrase) -> str:
    *first, last = phrase.words
    return f"({' <-> '.join([*first, f'{last}:*' if phrase.is_beginning else last])})"


def _in_sqlite(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.words)}"{" *" if phrase.is_beginning else ""}'


def _are_many(connection: BaseDatabaseWrapper, wanted: str) -> bool:
    some = f"SELECT 1 FROM {TABLE} WHERE {TABLE} MATCH %s LIMIT {MANY}"  # noqa: S608  # names only
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({some})", [wanted])  # noqa: S608  # names only
        (count,) = cursor.fetchone()
    return bool(count == MANY)


def make_ready(connection: BaseDatabaseWrapper) -> None:
    """On SQLite: the full-text table, and triggers that keep it in step. Harmless to repeat."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "audit_event")
        if "words" not in {column.name for column in columns}:
            return  # on the way back through the migrations
        is_new = TABLE not in connection.introspection.table_names(cursor)
        for statement in _statements(is_new):
            cursor.execute(statement)


def _statements(is_new: bool) -> Sequence[str]:
    add = f"INSERT INTO {TABLE}(rowid, words) VALUES (NEW.id, NEW.words);"  # noqa: S608  # names only
    take = f"INSERT INTO {TABLE}({TABLE}, rowid, words) VALUES ('delete', OLD.id, OLD.words);"  # noqa: S608
    made = (
        f"CREATE VIRTUAL TABLE {TABLE} USING fts5("
        "words, content='audit_event', content_rowid='id', tokenize='ascii', columnsize=0)",
        f"INSERT INTO {TABLE}({TABLE}) VALUES ('rebuild')",  # noqa: S608  # names only
    )
    return (
        *(made if is_new else ()),
        f"CREATE TRIGGER IF NOT EXISTS {TABLE}_add AFTER INSERT ON audit_event BEGIN {add} END",
        f"CREATE TRIGGER IF NOT EXISTS {TABLE}_take AFTER DELETE ON audit_event BEGIN {take} END",
        f"CREATE TRIGGER IF NOT EXISTS {TABLE}_change AFTER UPDATE OF words ON audit_event "
        f"BEGIN {take} {add} END",
    )
