"""Naming what a database says by its remedy: SQLSTATE for PostgreSQL, result codes for SQLite.

Sources: PostgreSQL manual, appendix A (error codes); sqlite.org/rescode.html.
"""

import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa

from downstream.errors import AccessDenied, BadData, DeliveryError, Exists, Transient

LONGEST = 300  # characters of the database's own words

UNAVAILABLE = "The database is not available now"
DENIED = "The database denies access"
MISCONFIGURED = (
    "The database does not have what the target's configuration names; check the target's configuration"
)
TAKEN = "Another row has a value that must be unique"
REFUSED = "The database refuses the data"

# By the first two characters of the SQLSTATE, unless all five are named below.
_CLASSES: dict[str, tuple[type[DeliveryError], str]] = {
    "08": (Transient, UNAVAILABLE),  # connection
    "40": (Transient, UNAVAILABLE),  # deadlock, serialization
    "53": (Transient, UNAVAILABLE),  # too many connections, disk or memory full
    "57": (Transient, UNAVAILABLE),  # shutdown, cancelled by the statement's time-out
    "58": (Transient, UNAVAILABLE),  # the server's disk
    "28": (AccessDenied, DENIED),
    "3D": (AccessDenied, MISCONFIGURED),  # no such database
    "3F": (AccessDenied, MISCONFIGURED),  # no such schema
    "42": (AccessDenied, MISCONFIGURED),  # no such table or column, a type that does not fit
    "22": (BadData, REFUSED),  # too long, not a number, out of range
    "23": (BadData, REFUSED),  # not null, check, foreign key
    "44": (BadData, REFUSED),  # with check option
    "P0": (BadData, REFUSED),  # a trigger's RAISE
}
_STATES: dict[str, tuple[type[DeliveryError], str]] = {
    "23505": (Exists, TAKEN),
    "25006": (AccessDenied, DENIED),  # read-only
    "42501": (AccessDenied, DENIED),
    "55006": (Transient, UNAVAILABLE),  # in use
    "55P03": (Transient, UNAVAILABLE),  # lock not available
}
# libpq gives no SQLSTATE for a refused login.
_LOGIN = (
    "authentication failed",
    "no password supplied",
    "no pg_hba.conf entry",
    "certificate",
    "permission denied",
)
_ABSENT = ("does not exist",)

_RESULTS: dict[int, tuple[type[DeliveryError], str]] = {
    sqlite3.SQLITE_BUSY: (Transient, UNAVAILABLE),
    sqlite3.SQLITE_LOCKED: (Transient, UNAVAILABLE),
    sqlite3.SQLITE_NOMEM: (Transient, UNAVAILABLE),
    sqlite3.SQLITE_INTERRUPT: (Transient, UNAVAILABLE),
    sqlite3.SQLITE_IOERR: (Transient, UNAVAILABLE),
    sqlite3.SQLITE_FULL: (Transient, UNAVAILABLE),
    sqlite3.SQLITE_CANTOPEN: (
        Transient,
        UNAVAILABLE,
    ),  # no such file, which may be a volume that is not mounted yet
    sqlite3.SQLITE_PROTOCOL: (Transient, UNAVAILABLE),
    sqlite3.SQLITE_PERM: (AccessDenied, DENIED),
    sqlite3.SQLITE_READONLY: (AccessDenied, DENIED),
    sqlite3.SQLITE_AUTH: (AccessDenied, DENIED),
    sqlite3.SQLITE_CORRUPT: (AccessDenied, DENIED),
    sqlite3.SQLITE_NOTADB: (AccessDenied, MISCONFIGURED),
    sqlite3.SQLITE_CONSTRAINT: (BadData, REFUSED),  # not null, check, foreign key, type, a trigger's RAISE
    sqlite3.SQLITE_TOOBIG: (BadData, REFUSED),
    sqlite3.SQLITE_MISMATCH: (BadData, REFUSED),
}
_UNIQUE = {
    sqlite3.SQLITE_CONSTRAINT_UNIQUE,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
    sqlite3.SQLITE_CONSTRAINT_ROWID,
}
_ABSENT_IN_SQLITE = ("no such table", "no such column", "has no column named", "unknown database")


@contextmanager
def translated(secrets: Iterable[str | None], *, columns: Collection[str] = ()) -> Iterator[None]:
    """Raise a DeliveryError for what the database says in this block, with `secrets` blotted out.

    It names the one of `columns` that the database refused, if the database says which.

    What no rule names goes on as it is: the engine reports it as a bug.
    """
    try:
        yield
    except sa.exc.TimeoutError:
        raise Transient(f"{UNAVAILABLE}: no connection became free.") from None
    except sa.exc.DBAPIError as error:
        named = _named(error.orig, secrets)
        if named is None:
            raise
        # Not chained for show: the driver's text repeats whole rows.
        named.attribute = _column(error.orig, columns)
        raise named from None


def _named(error: BaseException | None, secrets: Iterable[str | None]) -> DeliveryError | None:
    match error:
        case sqlite3.Error():
            rule = _rule_of_sqlite(error)
        case psycopg.Error(sqlstate=str(state)):
            rule = _STATES.get(state) or _CLASSES.get(state[:2])
        case psycopg.DataError():  # refused by the driver, such as NUL in text
            rule = (BadData, REFUSED)
        case psycopg.OperationalError():  # no connection, or it was lost
            rule = _rule_of_lost_connection(str(error))
        case _:
            rule = None
    if rule is None:
        return None
    error_class, sentence = rule
    return error_class(f"{sentence}: {_words(error, secrets)}")


def _rule_of_sqlite(error: sqlite3.Error) -> tuple[type[DeliveryError], str] | None:
    # The driver's own errors carry no code.
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    if code in _UNIQUE:
        return Exists, TAKEN
    if code == sqlite3.SQLITE_ERROR and any(words in str(error) for words in _ABSENT_IN_SQLITE):
        return AccessDenied, MISCONFIGURED
    return _RESULTS.get(code & 0xFF)  # the lowest byte of an extended code is the plain one


def _rule_of_lost_connection(message: str) -> tuple[type[DeliveryError], str]:
    if any(words in message for words in _LOGIN):
        return AccessDenied, DENIED
    if any(words in message for words in _ABSENT):
        return AccessDenied, MISCONFIGURED
    return Transient, UNAVAILABLE


def _column(error: BaseException | None, columns: Collection[str]) -> str:
    """The only one of `columns` that a broken rule is about, or nothing."""
    broken = _broken_rule(error)
    # An underscore parts the words of a constraint's name, such as people_number_check.
    spoken_of = [
        name
        for name in columns
        if re.search(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", broken, re.IGNORECASE)
    ]
    return spoken_of[0] if len(spoken_of) == 1 else ""


def _broken_rule(error: BaseException | None) -> str:
    """The column or constraint that the database names; not its message, which may be anybody's words."""
    match error:
        case psycopg.Error():
            keys = re.match(r"Key \(([^)]*)\)", error.diag.message_detail or "")
            return error.diag.column_name or (keys[1] if keys else error.diag.constraint_name) or ""
        case sqlite3.Error():
            rule, _, about = str(error).partition(" constraint failed: ")
            return about.replace(".", " ") if rule.isupper() else ""
    return ""


def _words(error: BaseException | None, secrets: Iterable[str | None]) -> str:
    """The first line of what the database said: its details (further lines) repeat the row."""
    text = str(error)
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return next(iter(text.strip().splitlines()), "no reason given")[:LONGEST]
