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
TENANT = "bench"


@dataclass(frozen=True)
class Directory:
    """`token` speaks for the tenant with all these users, `creating` for one with a paused target."""

    users: int
    web: Web
    token: str
    creating: str

    @property
    def name(self) -> str:
        return f"{self.users:,} users"

    def creates(self) -> Load:
        return Load("create_users.lua", self.web.users, (self.creating,), CONNECTIONS)

    def look_ups(self) -> Load:
        return Load("look_up.lua", self.web.users, (self.token, str(self.users)), CONNECTIONS)

    def pages(self) -> Load:
        arguments = (self.token, str(self.users), str(CONNECTIONS))
        return Load("pages.lua", self.web.users, arguments, CONNECTIONS)


@contextmanager
def directory(server: str, redis: str, users: int) -> Iterator[Directory]:
    """Seeded and settled; `server` and `redis` are URLs."""
    with (
        stage.environment("project.settings", server, CELERY_BROKER_URL=redis) as real,
        stage.database(server) as target,
    ):
        creating = json.loads(servers.run(["bench.seed", stage.for_sqlalchemy(target)], real))["paused"]
        token = _fill(real, users)
        with servers.web(real) as web:
            yield Directory(users, web, token, creating)


def _fill(environment: Environment, users: int) -> str:
    tenant = json.loads(servers.run(["django", "create_tenant", TENANT, "--json"], environment))
    amounts = ["--users", str(users), "--events", str(users)]
    servers.run(["django", "seed_directory", TENANT, *amounts], environment)
    # What autovacuum does within a minute, and then not in the midst of a measurement.
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
    return str(tenant["token"])


@contextmanager
def floor(server: str) -> Iterator[Load]:
    """What the bare view is pressed with."""
    with stage.environment("bench.floor.settings", server) as environment:
        servers.run(["django", "migrate", "--run-syncdb", "--verbosity=0"], environment)
        with servers.web(environment) as web:
            yield Load("create_users.lua", web.users, ("none",), CONNECTIONS)
