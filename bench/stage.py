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
        tempfile.TemporaryDirectory(prefix="lockstep-bench-") as name,
        _database(server) as real,
        _database(server) as floor,
        _database(server) as target,
    ):
        urls = {"CELERY_BROKER_URL": redis}
        yield Stage(
            name="PostgreSQL",
            connections=16,
            real=_environment(Path(name) / "real", "project.settings", DATABASE_URL=real, **urls),
            floor=_environment(Path(name) / "floor", "bench.floor.settings", DATABASE_URL=floor),
            target_url=target.replace("postgresql:", "postgresql+psycopg:", 1),
        )


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
def _database(server: str) -> Iterator[str]:
    name = f"bench_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
