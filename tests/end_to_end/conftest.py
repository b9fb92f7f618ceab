"""Fixtures that start the real processes, on the database that the suite runs on."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page
from psycopg.sql import SQL, Identifier

from tests.end_to_end.browser import signed_in
from tests.end_to_end.lockstep import Lockstep
from tests.servers import free_port


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lockstep]:
    """One for all tests of the session: what a test breaks, it leaves whole."""
    with lockstep(tmp_path_factory.mktemp("running")) as started:
        yield started


@pytest.fixture
def page(running: Lockstep) -> Iterator[Page]:
    """A signed-in administrator at a desk."""
    with signed_in(running, viewport={"width": 1400, "height": 900}) as page:
        yield page


@contextmanager
def lockstep(folder: Path, **settings: str) -> Iterator[Lockstep]:
    """Started on an empty data folder and database, stopped at the end."""
    with empty_database() as url:
        started = Lockstep(folder / "data folder", free_port(), url, settings)
        try:
            started.start()
            yield started
        finally:
            if started.process.poll() is None:
                started.stop()


@contextmanager
def empty_database() -> Iterator[str]:
    """The URL of a new database when the suite runs on PostgreSQL; empty when it runs on SQLite."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield ""
        return
    name = f"lockstep_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
