"""A running server with a directory of so many users, on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from bench import servers, stage
from bench.load import Load
from bench.servers import Environment, Web

CONNECTIONS = 16
PAGE = 100


@dataclass(frozen=True)
class Addresses:
    """URLs of the servers that everything runs beside."""

    postgres: str
    redis: str


@dataclass(frozen=True)
class Directory:
    """`token` speaks for the tenant that has these users."""

    users: int
    web: Web
    token: str

    @property
    def name(self) -> str:
        return f"{self.users:,} users"

    def load(self, script: str, *arguments: str, path: str = "/Users") -> Load:
        return Load(script, self.web, (self.token, *arguments), CONNECTIONS, path)


def user_name(number: int) -> str:
    """Of the user that seed_directory made as the first, second ..."""
    return f"user{number:07d}@example.com"


@contextmanager
def large(addresses: Addresses, users: int) -> Iterator[Directory]:
    """Users and nothing else, to be read."""
    with _filled(addresses, users=users, events=0, group_sizes=(), target=None) as on:
        yield on


@contextmanager
def busy(addresses: Addresses, users: int, *, group_sizes: tuple[int, ...]) -> Iterator[Directory]:
    """With a log, groups, and a target that is owed everything; no worker runs."""
    with stage.database(addresses.postgres) as downstream:
        target = stage.for_sqlalchemy(downstream)
        with _filled(addresses, users=users, events=users, group_sizes=group_sizes, target=target) as on:
            yield on


@contextmanager
def floor(addresses: Addresses) -> Iterator[Load]:
    """What the bare view is pressed with."""
    with stage.environment("bench.floor.settings", addresses.postgres) as environment:
        servers.run(["django", "migrate", "--run-syncdb", "--verbosity=0"], environment)
        with servers.web(environment) as web:
            yield Load("create_users.lua", web, ("none",), CONNECTIONS)


@contextmanager
def _filled(addresses: Addresses, *, users: int, **more: object) -> Iterator[Directory]:
    urls = {"CELERY_BROKER_URL": addresses.redis}
    with stage.environment("project.settings", addresses.postgres, **urls) as environment:
        wanted = json.dumps({"users": users, **more})
        token = json.loads(servers.run(["bench.fill", wanted], environment))["token"]
        settle(environment)
        with servers.web(environment) as web:
            yield Directory(users, web, token)


def settle(environment: Environment) -> None:
    """What autovacuum does within a minute, and then not in the midst of a measurement."""
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
