"""Everything that runs: Lockstep's web and workers, its database and broker, the target behind a proxy."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import Any

import psycopg
from psycopg.rows import TupleRow

from chaos import listener, recorder
from chaos.listener import Listener, listening
from chaos.proxy import Proxy
from lib.processes import end_group, end_with_parent
from project import supervisor
from tests.end_to_end.lockstep import BASE_DIR, Lockstep, eventually
from tests.servers import Server, free_port, postgres_server, redis_server

# Seconds for each call to the target: leases run out after eleven.
TIME_LIMIT = 1
WORKERS = 3
# A server that is ended at once keeps what it said it has committed; only the disk is not waited for.
DURABLE = {"synchronous_commit": "on"}
SLOW_COMMAND = 120


@dataclass
class Scene:
    """`redis` is None where the broker is a folder."""

    lockstep: Lockstep
    database: Server
    target: Proxy
    target_url: str
    journal: Proxy
    listener: Listener
    redis: Server | None
    broker: Proxy | None
    extra: list[subprocess.Popen[bytes] | None] = field(default_factory=list)

    def start_worker(self, number: int) -> None:
        """One beside the supervisor's, on the same data."""
        with self.lockstep.log.open("ab") as log:
            self.extra[number] = subprocess.Popen(
                supervisor.worker(),
                cwd=BASE_DIR,
                env=self.lockstep.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent(SIGTERM),
            )

    def end_worker(self, number: int) -> None:
        worker = self.extra[number]
        if worker:
            end_group(worker, SIGKILL)
            worker.wait()
            self.extra[number] = None

    def worker_ids(self) -> list[int]:
        of_supervisor = self.lockstep.child("worker")
        others = [worker.pid for worker in self.extra if worker and worker.poll() is None]
        return [*([of_supervisor] if of_supervisor else []), *others]

    def manage(self, *arguments: str, told: str = "") -> str:
        """What a management command prints, beside the running processes."""
        return manage(self.lockstep.environment, *arguments, told=told)

    def send(self, method: str, path: str) -> dict[str, Any]:
        return self.lockstep.send(method, path)


def manage(environment: dict[str, str], *arguments: str, told: str = "") -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(
        command,
        env=environment,
        cwd=BASE_DIR,
        input=told,
        capture_output=True,
        text=True,
        timeout=SLOW_COMMAND,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed: {done.stderr}")
    return done.stdout


@contextmanager
def scene(folder: Path, *, on_postgres: bool, with_redis: bool) -> Iterator[Scene]:
    with ExitStack() as stack:
        database = postgres_server(folder, **DURABLE)
        stack.enter_context(database.running())
        target = stack.enter_context(Proxy(database.port))
        hearer = stack.enter_context(listening())
        journal = stack.enter_context(Proxy(hearer.port))
        redis = broker = None
        settings = {}
        if with_redis:
            redis = redis_server(folder)
            stack.enter_context(redis.running())
            broker = stack.enter_context(Proxy(redis.port))
            settings["CELERY_BROKER_URL"] = f"redis://127.0.0.1:{broker.port}/0"
        own = new_database(database, "lockstep") if on_postgres else ""
        lockstep = Lockstep(folder / "data", free_port(), own, settings)
        through_proxy = f"postgresql://postgres@127.0.0.1:{target.port}/target"
        target_url = new_database(database, "target")
        found = Scene(lockstep, database, target, target_url, journal, hearer, redis, broker)
        lockstep.start()
        stack.callback(lockstep.stop)
        add_recorder(found.target_url, through_proxy, found.manage)
        add_journal(journal.port, found.manage)
        for number in range(WORKERS - 1):
            found.extra.append(None)
            found.start_worker(number)
            stack.callback(found.end_worker, number)
        yield found


def add_journal(port: int, manage: Callable[..., str]) -> None:
    """A target that is told of every change, one after the other."""
    config = {
        "url": f"http://127.0.0.1:{port}/",
        "secret": listener.SECRET,
        "allowed_networks": ["127.0.0.0/8"],
    }
    manage("add_target", "acme", "Journal", "--kind", "webhook", "--config", "-", told=json.dumps(config))
    limit = f"Target.objects.filter(name='Journal').update(time_limit={TIME_LIMIT})"
    manage("shell", "-c", f"from downstream.models import *; {limit}")


def new_database(server: Server, name: str) -> str:
    """Its URL."""
    base = f"postgresql://postgres@127.0.0.1:{server.port}"
    with eventually(lambda: _connected(f"{base}/postgres")) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"{base}/{name}"


def _connected(url: str) -> psycopg.Connection[TupleRow] | None:
    """None while the server says that it is starting up."""
    try:
        return psycopg.connect(url, autocommit=True)
    except psycopg.OperationalError:
        return None


def add_recorder(direct_url: str, url: str, manage: Callable[..., str]) -> None:
    """The tables, and a target that writes to them under `url`."""
    with psycopg.connect(direct_url) as connection:
        connection.execute(recorder.TABLES.encode())
    config = json.dumps(recorder.config(url))
    manage("add_target", "acme", "Recorder", "--kind", "sql", "--config", "-", told=config)
    # Writers delete far more than the guard lets pass without a person.
    changes = f"time_limit={TIME_LIMIT}, guard_floor=1_000_000"
    manage("shell", "-c", f"from downstream.models import *; Target.objects.update({changes})")
