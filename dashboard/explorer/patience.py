"""Queries that end when they take too long: no page waits for a question that no index answers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

# SQLite looks at the clock after so many steps of its machine.
STEPS = 2_000


class TooSlow(Exception):
    """It was ended."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Each query in the block, which only reads, has so long. Raises TooSlow."""
    try:
        with _on_postgresql(seconds) if connection.vendor == "postgresql" else _on_sqlite(seconds):
            yield
    except OperationalError as error:
        if not any(word in str(error) for word in ("statement timeout", "interrupted")):
            raise
        raise TooSlow from error


@contextmanager
def _on_postgresql(seconds: float) -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true)", [f"{max(int(seconds * 1000), 1)}ms"]
        )
        yield
        cursor.execute("SET LOCAL statement_timeout TO DEFAULT")


@contextmanager
def _on_sqlite(seconds: float) -> Iterator[None]:
    connection.ensure_connection()
    end = time.monotonic() + seconds
    connection.connection.set_progress_handler(lambda: time.monotonic() > end, STEPS)
    try:
        yield
    finally:
        connection.connection.set_progress_handler(None, 0)
