"""Creating users while targets are brought in step: the request path, the delay, idle memory."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from statistics import quantiles

import sqlalchemy as sa

from bench import latency, memory, servers, target
from bench.figures import Figures
from bench.goals import Goal, Line, absolute
from bench.load import Load
from bench.servers import Web
from bench.stage import Stage

DELAY = Goal(500, unit="ms")
# A process is idle when what its start left behind is done.
SETTLE = 3.0


@dataclass(frozen=True)
class Size:
    """How many rounds of how many seconds; how many single posts, and how many of those a second."""

    rounds: int
    seconds: int
    posts: int
    rate: int = 20


FULL = Size(rounds=2, seconds=10, posts=200)
QUICK = Size(rounds=1, seconds=3, posts=40)


def measure(on: Stage, size: Size) -> Figures:
    """Idle, then one post after another, then under load: the request path alone, then with a worker."""
    engine = target.create(on.target_url)
    tokens = json.loads(servers.run(["bench.seed", on.target_url], on.real))
    servers.run(["django", "migrate", "--run-syncdb", "--verbosity=0"], on.floor)
    with servers.web(on.real) as real, servers.web(on.floor) as floor:
        with servers.worker(on.real) as group:
            figures = _unloaded(on, size, real, group, engine, tokens["live"])
        for _ in range(size.rounds):
            figures.paused.append(_rate(real, tokens["paused"], on, size))
            figures.floor.append(_rate(floor, "none", on, size))
        with servers.worker(on.real):
            time.sleep(SETTLE)
            figures.working += [_rate(real, tokens["live"], on, size) for _ in range(size.rounds)]
    engine.dispose()
    return figures


def delay(figures: Figures, size: Size) -> Line:
    p95 = quantiles(figures.latencies, n=20)[-1]
    work = f"from 2xx to the target at {size.rate} changes/s, {figures.stage}, p95"
    return absolute(work, size.posts, p95, DELAY)


def _unloaded(on: Stage, size: Size, web: Web, worker: int, engine: sa.Engine, token: str) -> Figures:
    time.sleep(SETTLE)
    return Figures(
        stage=on.name,
        web=memory.of_group(web.group),
        worker=memory.of_group(worker),
        latencies=latency.measure(f"{web.base}/Users", token, engine, posts=size.posts, rate=size.rate),
    )


def _rate(web: Web, token: str, on: Stage, size: Size) -> float:
    creating = Load("create_users.lua", web, (token,), on.connections)
    creating.warm_up()
    return creating.run(size.seconds).rate
