"""Statements that may take only so long: a search that nobody can wait for ends by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

# SQLite looks at the clock after so many steps of its machine, a few times in a millisecond.
STEPS = 10_000


class TookTooLong(Exception):
    """The statement was broken off."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """For what only reads. Raises TookTooLong."""
    within = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    started = time.monotonic()
    try:
        with within(seconds):
            yield
    except OperationalError as error:
        if time.monotonic() - started >= seconds:
            raise TookTooLong from error
        raise


@contextmanager
def _on_postgresql(seconds: float) -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
        yield
        cursor.execute("SET LOCAL statement_timeout = DEFAULT")


@contextmanager
def _on_sqlite(seconds: float) -> Iterator[None]:
    """Without a transaction, which would hold the one write lock."""
    connection.ensure_connection()
    end = time.monotonic() + seconds
    connection.connection.set_progress_handler(lambda: time.monotonic() >= end, STEPS)
    try:
        yield
    finally:
        connection.connection.set_progress_handler(None, STEPS)
