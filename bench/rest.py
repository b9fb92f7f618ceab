"""Waiting until a server has nothing to do: it goes on with requests whose clients have left."""

from __future__ import annotations

import time

import psycopg

from bench import cpu, servers
from bench.servers import Web

LOOK, PATIENCE = 0.25, 120.0
# What a server computes in LOOK without any request: its clock has ticks of a hundredth of a second.
TICKS = 0.02
_WORKING = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()"
)


def wait_for(web: Web) -> None:
    """Otherwise the next load would be measured beside the rest of this one. Raises BenchError."""
    servers.wait_for(lambda: is_idle(web), "The web server, which still has requests,", seconds=PATIENCE)


def is_idle(web: Web) -> bool:
    """Neither the web process computes nor the database does for it, now and a moment later."""
    if working(web.database):
        return False
    before = cpu.of_group(web.group)
    time.sleep(LOOK)
    return cpu.of_group(web.group) - before <= TICKS and not working(web.database)


def working(database: str) -> int:
    """Connections with a statement or a transaction under way; SQLite works in the web process itself."""
    if not database:
        return 0
    with psycopg.connect(database) as connection:
        row = connection.execute(_WORKING).fetchone()
    return int(row[0]) if row else 0
