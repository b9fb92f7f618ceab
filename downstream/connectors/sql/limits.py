"""Connections that end in time: nothing that a database does or fails to do holds a caller for long."""

import math
import os
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

# Parts of the time limit after which the database itself gives up, and so gets to say what it waited for.
LOCK, STATEMENT = 0.8, 0.9

PSYCOPG = {"psycopg", "psycopg2"}
MYSQL = {"pymysql", "mysqldb"}


def open_engine(url: URL, time_limit: float) -> sa.Engine:
    """An engine, not connected yet, whose connects and statements take at most `time_limit` seconds each."""
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url, time_limit)
    # No pre-ping: it waits without a limit. A stale connection costs one Transient, which empties the pool.
    return sa.create_engine(
        url,
        connect_args=_connect_args(url, time_limit),
        hide_parameters=True,
        pool_size=2,
        max_overflow=-1,
        pool_timeout=time_limit,
    )


@contextmanager
def deadline(connection: sa.Connection, seconds: float) -> Iterator[None]:
    """Break `connection` off when the block takes longer, whatever it waits for: a server may fall silent."""
    driver_connection = connection.connection.driver_connection
    over = threading.Event()
    lock = threading.Lock()

    def end() -> None:
        with lock:
            if not over.is_set():
                _break_off(driver_connection)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        # Under the lock: a late timer must not meet a closed connection, whose number another may have.
        with lock:
            over.set()
        timer.cancel()


def _break_off(driver_connection: Any) -> None:
    if isinstance(driver_connection, sqlite3.Connection):
        driver_connection.interrupt()
    elif hasattr(driver_connection, "fileno") and not driver_connection.closed:
        with socket.socket(fileno=os.dup(driver_connection.fileno())) as wire:
            wire.shutdown(socket.SHUT_RDWR)


def _open_sqlite(url: URL, time_limit: float) -> sa.Engine:
    database = url.database or ""
    if not database.startswith("file:"):
        database = f"file:{quote(os.path.abspath(database))}"
    # mode=rw: an absent file is an error, not a new, empty database. No pool: the file may be replaced.
    url = url.set(database=database).set(query={"mode": "rw", **url.query, "uri": "true"})
    engine = sa.create_engine(
        url, connect_args={"timeout": time_limit * LOCK}, hide_parameters=True, poolclass=NullPool
    )
    sa.event.listen(engine, "connect", _enforce_foreign_keys)
    return engine


def _enforce_foreign_keys(driver_connection: sqlite3.Connection, _record: object) -> None:
    # SQLite leaves its own schema's rules unenforced unless each connection asks.
    driver_connection.execute("PRAGMA foreign_keys = ON")


def _connect_args(url: URL, time_limit: float) -> dict[str, Any]:
    seconds = math.ceil(time_limit)
    driver = url.get_driver_name()
    if driver in PSYCOPG:
        asked = url.query.get("options", "")
        lock, statement = (math.ceil(time_limit * part * 1000) for part in (LOCK, STATEMENT))  # milliseconds
        limits = f"-c lock_timeout={lock} -c statement_timeout={statement}"
        return {"connect_timeout": seconds, "options": f"{asked} {limits}".strip()}
    if driver in MYSQL:
        return {"connect_timeout": seconds, "read_timeout": seconds, "write_timeout": seconds}
    return {}
