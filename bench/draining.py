"""A backlog on PostgreSQL: how fast workers bring it into a target, how steadily, in how much memory."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median

import psycopg

from bench import cpu, memory, servers, stage, target
from bench.directories import Addresses, settle
from bench.errors import BenchError
from bench.goals import Goal, Line, absolute, compared
from bench.servers import Environment

STEADY, MEMORY = Goal(0.8, at_least=True), Goal(300, unit="MB")
# A second core is a second worker; on two, PostgreSQL and the target want theirs.
NO_SLOWER = Goal(0.9, at_least=True)
WORKERS = (1, 2, 4)
LOOK = 0.2
# A worker that delivers nothing for so many seconds hangs.
PATIENCE = 60.0
# A worker that stands by computes no more than so many seconds in as many.
SETTLE, IDLE = 2.0, 0.2
_DONE = "SELECT count(*) FROM downstream_replica WHERE state = 'synced' AND due_at IS NULL"
_ALL_AGAIN = (
    "UPDATE downstream_replica SET state = 'pending', due_at = now(), rank = 2, fingerprint = '', "
    "nudge = gen_random_uuid()"
)


@dataclass(frozen=True)
class Look:
    """So many replicas were in step after so many seconds."""

    seconds: float
    done: int


def measure(at: Addresses, users: int, *, seconds: float) -> list[Line]:
    """One worker brings everything; then 1, 2 and 4 workers have so many seconds each."""
    with _owing(at, users) as environment:
        with servers.worker(environment) as group:
            looks, peaks = _watch(environment, users, group)
        rates = {number: _rate(environment, number, users, seconds) for number in WORKERS}
    return [*_steady(users, looks), *_memory(users, peaks), *_rates(users, rates)]


@contextmanager
def _owing(at: Addresses, users: int) -> Iterator[Environment]:
    """A directory whose one target, in the same server, is owed all of it."""
    broker = {"CELERY_BROKER_URL": at.redis}
    with (
        stage.database(at.postgres) as downstream,
        stage.environment("project.settings", at.postgres, **broker) as environment,
    ):
        url = stage.for_sqlalchemy(downstream)
        target.create(url).dispose()
        wanted = {"users": users, "events": 0, "group_sizes": [], "target": url}
        servers.run(["bench.fill", json.dumps(wanted)], environment)
        settle(environment)
        yield environment


def _watch(environment: Environment, users: int, group: int) -> tuple[list[Look], list[memory.Memory]]:
    """Until all are in step. The clock starts with the first."""
    looks, peaks = [Look(0.0, 0)], list[memory.Memory]()
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        servers.wait_for(lambda: _done(connection), "The worker", seconds=PATIENCE)
        start = time.monotonic()
        while looks[-1].done < users:
            time.sleep(LOOK)
            looks.append(Look(time.monotonic() - start, _done(connection)))
            peaks.append(memory.of_group(group))
            _check_progress(looks)
    return looks, peaks


def _check_progress(looks: Sequence[Look]) -> None:
    since = next(look.seconds for look in looks if look.done == looks[-1].done)
    if looks[-1].seconds - since > PATIENCE:
        raise BenchError(f"Nothing was delivered for {PATIENCE:.0f} s, {looks[-1].done} were in step.")


def _done(connection: psycopg.Connection) -> int:
    row = connection.execute(_DONE).fetchone()
    return int(row[0]) if row else 0


def _rate(environment: Environment, number: int, users: int, seconds: float) -> float:
    """Replicas a second by so many workers, everything being due again."""
    with ExitStack() as stack, psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("UPDATE downstream_target SET mode = 'paused'")
        connection.execute(_ALL_AGAIN)
        connection.execute("VACUUM (ANALYZE) downstream_replica")
        groups = [stack.enter_context(servers.worker(environment)) for _ in range(number)]
        servers.wait_for(lambda: _are_idle(groups), "A worker, which still starts,", seconds=PATIENCE)
        connection.execute("UPDATE downstream_target SET mode = 'live'")
        servers.wait_for(lambda: _done(connection), "The first worker", seconds=PATIENCE)
        start, before = time.monotonic(), _done(connection)
        until = start + seconds
        while (done := _done(connection)) < users and time.monotonic() < until:
            time.sleep(LOOK)
        return (done - before) / (time.monotonic() - start)


def _are_idle(groups: Sequence[int]) -> bool:
    """They have started and have nothing to do."""
    before = [cpu.of_group(group) for group in groups]
    time.sleep(SETTLE)
    return all(0 < early >= cpu.of_group(group) - IDLE for group, early in zip(groups, before, strict=True))


def _steady(users: int, looks: Sequence[Look]) -> list[Line]:
    total = looks[-1]
    first = next(look for look in looks if look.done >= total.done / 4)
    last = next(look for look in looks if look.done >= total.done * 3 / 4)
    early = first.done / max(LOOK, first.seconds)
    late = (total.done - last.done) / max(LOOK, total.seconds - last.seconds)
    work = "backlog, rate of its last quarter beside the first"
    return [
        Line("backlog drained by one worker", users, f"{total.done / max(LOOK, total.seconds):.0f}/s"),
        compared(work, users, f"{late:.0f}/s", f"first quarter {early:.0f}/s", late / early, STEADY),
    ]


def _memory(users: int, peaks: Sequence[memory.Memory]) -> list[Line]:
    rss, pss = max(peak.rss for peak in peaks), median(peak.pss for peak in peaks)
    return [
        absolute("backlog, largest RSS of the worker", users, rss, MEMORY),
        absolute("backlog, usual PSS of the worker", users, pss, MEMORY),
    ]


def _rates(users: int, rates: dict[int, float]) -> list[Line]:
    one = rates[WORKERS[0]]
    lines = [Line("replicas applied, 1 worker", users, f"{one:.0f}/s")]
    for number in WORKERS[1:]:
        rate = rates[number]
        work = f"replicas applied, {number} workers"
        lines.append(compared(work, users, f"{rate:.0f}/s", f"1 worker {one:.0f}/s", rate / one, NO_SLOWER))
    return lines
