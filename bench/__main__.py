"""Measures and prints the tables.

python -m tests.servers -- python -m bench        SIZE=100k for a part, SIZE=quick for a rough look
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping

from bench import (
    black_hole,
    coalescing,
    deliveries,
    draining,
    goals,
    groups,
    growth,
    load,
    replaying,
    stage,
    traffic,
)
from bench.client import client
from bench.directories import Addresses, busy, floor, large
from bench.errors import BenchError
from bench.figures import report
from bench.logs import runs as logs

FEW = 100


def delivering(at: Addresses, size: deliveries.Size) -> tuple[str, list[goals.Line]]:
    with stage.sqlite() as on:
        figures = [deliveries.measure(on, size)]
    with stage.postgresql(at.postgres, at.redis) as on:
        figures.append(deliveries.measure(on, size))
    return report(figures), [deliveries.delay(measured, size) for measured in figures]


def under_load(at: Addresses, due: int, *, rounds: int, seconds: int) -> list[goals.Line]:
    """A backlog, a slow target, a broker that never answers."""
    return [
        *draining.measure(at, due, seconds=seconds),
        coalescing.measure(at, seconds=seconds),
        black_hole.measure(at, rounds=rounds, seconds=seconds),
    ]


def whole(at: Addresses, size: deliveries.Size, lines: list[goals.Line]) -> list[str]:
    figures, delays = delivering(at, size)
    return [figures, goals.report([*lines, *delays])]


def replays(at: Addresses, failures: int) -> str:
    with stage.sqlite() as on:
        measured = [replaying.measure(on, failures)]
    with stage.postgresql(at.postgres, at.redis) as on:
        measured.append(replaying.measure(on, failures))
    return replaying.report(measured)


def log(at: Addresses, *, in_postgres: int, in_sqlite: int = 0) -> str:
    """Of so many events."""
    measured = []
    if in_sqlite:
        with stage.sqlite() as on:
            measured.append(logs.measure(on, in_sqlite))
    with stage.postgresql(at.postgres, at.redis) as on:
        measured.append(logs.measure(on, in_postgres))
    return logs.report(measured)


def requests(at: Addresses, users: int, *, rounds: int, seconds: int) -> list[goals.Line]:
    """Of one directory, beside the floor."""
    with (
        busy(at, users, group_sizes=(users, groups.SMALL)) as on,
        floor(at) as bare,
        client(on.web, on.token) as reader,
    ):
        traffic.check_look_ups(on, reader)
        lines = traffic.measure(on, bare, rounds=rounds, seconds=seconds)
        return [*lines, *groups.measure(on, reader, rounds=rounds, seconds=seconds)]


def growing(at: Addresses, users: int, *, rounds: int, seconds: int) -> list[goals.Line]:
    """Of one directory beside a small one."""
    with large(at, FEW) as few, large(at, users) as many, floor(at) as bare:
        return growth.measure(few, many, bare, rounds=rounds, seconds=seconds)


def quick(at: Addresses) -> list[str]:
    lines = [*requests(at, 2000, rounds=1, seconds=2), *growing(at, 2000, rounds=1, seconds=2)]
    loaded = under_load(at, 2000, rounds=1, seconds=3)
    small = log(at, in_postgres=20_000, in_sqlite=20_000)
    return [*whole(at, deliveries.QUICK, [*lines, *loaded]), replays(at, 1000), small]


def full(at: Addresses) -> list[str]:
    lines = [
        *requests(at, 100_000, rounds=5, seconds=5),
        *growing(at, 1_000_000, rounds=5, seconds=5),
    ]
    loaded = under_load(at, 100_000, rounds=5, seconds=10)
    large_log = log(at, in_postgres=1_000_000, in_sqlite=300_000)
    return [*whole(at, deliveries.FULL, [*lines, *loaded]), replays(at, 100_000), large_log]


def deliver(at: Addresses) -> list[str]:
    return whole(at, deliveries.FULL, under_load(at, 100_000, rounds=5, seconds=10))


SIZES: Mapping[str, Callable[[Addresses], list[str]]] = {
    "quick": quick,
    "100": lambda at: [goals.report(requests(at, FEW, rounds=5, seconds=5))],
    "100k": lambda at: [goals.report(requests(at, 100_000, rounds=5, seconds=5))],
    "1m": lambda at: [goals.report(growing(at, 1_000_000, rounds=5, seconds=5))],
    "replays": lambda at: [replays(at, 100_000)],
    "deliveries": deliver,
    "log": lambda at: [log(at, in_postgres=1_000_000, in_sqlite=300_000)],
    "log-10m": lambda at: [log(at, in_postgres=10_000_000)],
    "full": full,
}


def main() -> None:
    name = os.environ.get("SIZE") or "full"
    if name not in SIZES:
        sys.exit(f"SIZE must be one of {', '.join(SIZES)}.")
    # Leave through every `finally`, so that nothing stays behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    at = Addresses(os.environ["LOCKSTEP_TEST_POSTGRES"], os.environ["LOCKSTEP_TEST_REDIS"])
    try:
        load.program()
        print("\n\n".join(SIZES[name](at)))
    except BenchError as error:
        sys.exit(f"The bench failed: {error}")


if __name__ == "__main__":
    main()
