"""One run: a scene, writers, faults, and the verdict."""

from __future__ import annotations

import random
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from chaos.faults import Faults
from chaos.scene import Scene, scene
from chaos.verdict import Verdict, judge, judge_journal, table
from chaos.writers import Writer

WRITERS = 3
# Seconds: the web server is well again by then.
LAST_ANSWER = 120


@dataclass(frozen=True)
class Place:
    """Where Lockstep keeps its data, and what carries its wake-ups."""

    name: str
    on_postgres: bool
    with_redis: bool


PLACES = {
    "sqlite": Place("SQLite and the broker's folder", on_postgres=False, with_redis=False),
    "sqlite-redis": Place("SQLite and Redis", on_postgres=False, with_redis=True),
    "postgres": Place("PostgreSQL and the broker's folder", on_postgres=True, with_redis=False),
    "postgres-redis": Place("PostgreSQL and Redis", on_postgres=True, with_redis=True),
}


@dataclass(frozen=True)
class Outcome:
    told: str
    verdict: Verdict
    faults: Counter[str]


def run(place: Place, *, seconds: float, seed: int) -> Outcome:
    with (
        tempfile.TemporaryDirectory(prefix="lockstep-chaos-") as name,
        scene(Path(name), on_postgres=place.on_postgres, with_redis=place.with_redis) as on,
    ):
        Path(name).chmod(0o755)
        faults = Faults(on, random.Random(seed))
        writers = _write(on, faults, seconds, seed)
        verdict = judge(on, writers)
        judge_journal(on, on.listener, verdict)
        return Outcome(table(seed, place.name, writers, faults.counted, verdict), verdict, faults.counted)


def _write(on: Scene, faults: Faults, seconds: float, seed: int) -> list[Writer]:
    """While everything goes wrong, and until the last writer was answered."""
    first = on.lockstep.client
    clients = [
        httpx2.Client(base_url=first.base_url, headers=first.headers, timeout=20) for _ in range(WRITERS)
    ]
    with writing(clients, seed) as writers:
        try:
            faults.run(seconds)
        finally:
            faults.heal()
    return writers


@contextmanager
def writing(clients: list[httpx2.Client], seed: int) -> Iterator[list[Writer]]:
    """A writer for each client; at the end each comes to its own."""
    ended = threading.Event()
    writers = [
        Writer(number, client, random.Random(f"{seed} {number}"), ended)
        for number, client in enumerate(clients)
    ]
    threads = [threading.Thread(target=writer.run, daemon=True) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        yield writers
    finally:
        ended.set()
    for thread, writer in zip(threads, writers, strict=True):
        thread.join(LAST_ANSWER)
        writer.failure = writer.failure or ("was not answered" if thread.is_alive() else "")
        writer.client.close()
