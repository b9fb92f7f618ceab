"""A place to measure on: data folders and databases for the real application, the floor and the target."""

from __future__ import annotations

import os
import secrets
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from cryptography.fernet import Fernet
from psycopg.sql import SQL, Identifier

from bench.servers import Environment
from project import data_folder


@dataclass(frozen=True)
class Stage:
    """`connections` are how many clients press at once; `target_url` is SQLAlchemy's."""

    name: str
    connections: int
    real: Environment
    floor: Environment
    target_url: str


@contextmanager
def sqlite() -> Iterator[Stage]:
    """Files and the embedded broker, as `make run` has it."""
    with tempfile.TemporaryDirectory(prefix="lockstep-bench-") as name:
        folder = Path(name)
        yield Stage(
            name="SQLite",
            connections=4,
            real=_environment(folder / "real", "project.settings"),
            floor=_environment(folder / "floor", "bench.floor.settings"),
            target_url=f"sqlite:///{folder / 'target.sqlite3'}",
        )


@contextmanager
def postgresql(server: str, redis: str) -> Iterator[Stage]:
    """Databases of their own on `server`, wake-ups through `redis`; both are URLs."""
    with (
        environment("project.settings", server, CELERY_BROKER_URL=redis) as real,
        environment("bench.floor.settings", server) as floor,
        database(server) as target,
    ):
        yield Stage(
            name="PostgreSQL",
            connections=16,
            real=real,
            floor=floor,
            target_url=for_sqlalchemy(target),
        )


@contextmanager
def environment(settings: str, server: str, **urls: str) -> Iterator[Environment]:
    """A data folder and a database on `server` for processes with these settings."""
    with tempfile.TemporaryDirectory(prefix="lockstep-bench-") as name, database(server) as url:
        yield _environment(Path(name), settings, DATABASE_URL=url, **urls)


def _environment(folder: Path, settings: str, **urls: str) -> Environment:
    """Nothing of what the shell happens to hold reaches the processes that are measured."""
    data_folder.create(folder)
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "DJANGO_SETTINGS_MODULE": settings,
        "LOCKSTEP_DATA": str(folder),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        **urls,
    }


@contextmanager
def database(server: str) -> Iterator[str]:
    """The URL of an empty one that is there as long as it is needed."""
    name = f"bench_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def for_sqlalchemy(url: str) -> str:
    return url.replace("postgresql:", "postgresql+psycopg:", 1)
