"""A running server with a directory of so many users, on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench import servers, stage, target
from bench.load import Load
from bench.servers import Environment, Web

CONNECTIONS = 16
TENANT = "bench"
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
    with _environment(addresses) as environment:
        token = _fill(environment, users)
        _settle(environment)
        with servers.web(environment) as web:
            yield Directory(users, web, token)


@contextmanager
def busy(addresses: Addresses, users: int, *, group_sizes: tuple[int, ...]) -> Iterator[Directory]:
    """With a log, groups, and a target that is owed everything; no worker runs."""
    with _environment(addresses) as environment, stage.database(addresses.postgres) as downstream:
        token = _fill(environment, users, "--events", str(users))
        for size in group_sizes:
            _seed(environment, "--groups", "1", "--group-size", str(size))
        _add_target(environment, downstream)
        _settle(environment)
        with servers.web(environment) as web:
            yield Directory(users, web, token)


@contextmanager
def floor(addresses: Addresses) -> Iterator[Load]:
    """What the bare view is pressed with."""
    with stage.environment("bench.floor.settings", addresses.postgres) as environment:
        servers.run(["django", "migrate", "--run-syncdb", "--verbosity=0"], environment)
        with servers.web(environment) as web:
            yield Load("create_users.lua", web, ("none",), CONNECTIONS)


@contextmanager
def _environment(addresses: Addresses) -> Iterator[Environment]:
    urls = {"CELERY_BROKER_URL": addresses.redis}
    with stage.environment("project.settings", addresses.postgres, **urls) as environment:
        servers.run(["django", "migrate", "--verbosity=0"], environment)
        yield environment


def _fill(environment: Environment, users: int, *more: str) -> str:
    """The token of a new tenant with so many users."""
    tenant = json.loads(servers.run(["django", "create_tenant", TENANT, "--json"], environment))
    _seed(environment, "--users", str(users), *more)
    return str(tenant["token"])


def _seed(environment: Environment, *amounts: str) -> None:
    servers.run(["django", "seed_directory", TENANT, *amounts], environment)


def _add_target(environment: Environment, url: str) -> None:
    config = Path(environment["LOCKSTEP_DATA"]) / "target.json"
    config.write_text(json.dumps(target.config(stage.for_sqlalchemy(url))))
    command = ["add_target", TENANT, "Target", "--kind", "sql", "--config", str(config)]
    servers.run(["django", *command], environment)


def _settle(environment: Environment) -> None:
    """What autovacuum does within a minute, and then not in the midst of a measurement."""
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
