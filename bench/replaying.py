"""Replaying many failures: how quick are pages meanwhile, how true the progress, how soon is a stop felt?"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

import httpx2
import sqlalchemy as sa

from bench import servers, target
from bench.errors import BenchError
from bench.servers import Web
from bench.stage import Stage
from bench.table import table

PAGES = ("failures", "failures?view=each", "replays", "")
LOOK = 0.5
# A stop has taken effect when the target has got nothing for so long (seconds).
QUIET = 3.0
# The replay is stopped when this part of it is done.
STOPPED_AT = 0.3
PATIENCE = 1800.0
GOALS = "Goals: pages at most 500 ms (p95), progress within 1 %, a stop within 2 s."
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Replaying:
    """Seconds; `errors`: how far the progress that was told lay outside of what was true, as a part."""

    stage: str
    failures: int
    begun: float = 0.0
    stopped: float = 0.0
    ended: float = 0.0
    pages: list[float] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)


@dataclass
class Door:
    """Both doors of a running application, and what the target has."""

    api: httpx2.Client
    pages: httpx2.Client
    connection: sa.Connection
    job: str = ""

    def start(self) -> None:
        answer = self.api.post("replays", json={"selection": {}, "reason": "bench"})
        self.job = _json(answer)["id"]

    def steer(self, step: str) -> None:
        _json(self.api.post(f"replays/{self.job}/{step}", json={}))

    def look(self) -> dict[str, Any]:
        return _json(self.api.get(f"replays/{self.job}"))

    def delivered(self) -> int:
        return target.count(self.connection)


def measure(on: Stage, failures: int) -> Replaying:
    """Start, watch, stop in the middle, resume, wait for the end."""
    engine = target.create(on.target_url)
    seeded = json.loads(servers.run(["bench.failed", on.target_url, str(failures)], on.real))
    measured = Replaying(on.name, failures)
    with (
        servers.web(on.real) as web,
        servers.worker(on.real),
        engine.connect() as connection,
        _door(web, seeded, connection) as door,
    ):
        _run(door, measured)
    engine.dispose()
    return measured


@contextmanager
def _door(web: Web, seeded: dict[str, str], connection: sa.Connection) -> Iterator[Door]:
    root = f"http://127.0.0.1:{web.port}/"
    headers = {"Authorization": f"Bearer {seeded['token']}"}
    with (
        httpx2.Client(base_url=f"{root}api/v1/", headers=headers, timeout=60) as api,
        httpx2.Client(base_url=root, timeout=60, follow_redirects=True) as pages,
    ):
        found = _TOKEN.search(pages.get("sign-in").text)
        told = {"username": seeded["user"], "password": seeded["password"]}
        pages.post("sign-in", data=told | {"csrfmiddlewaretoken": found[1] if found else ""})
        yield Door(api, pages, connection)


def _run(door: Door, measured: Replaying) -> None:
    begun = time.monotonic()
    door.start()
    measured.begun = time.monotonic() - begun
    _watch(door, measured, until=STOPPED_AT * measured.failures)
    measured.stopped = _stop(door)
    door.steer("resume")
    _watch(door, measured, until=measured.failures)
    servers.wait_for(lambda: door.look()["state"] == "finished", "The replay", seconds=60)
    measured.ended = time.monotonic() - begun
    if door.delivered() != measured.failures:
        raise BenchError(f"The target has {door.delivered()} accounts of {measured.failures}.")


def _watch(door: Door, measured: Replaying, *, until: float) -> None:
    """Asks for the pages and the progress in turns."""
    deadline, turn = time.monotonic() + PATIENCE, 0
    while door.delivered() < until:
        if time.monotonic() > deadline:
            raise BenchError("The replay does not come to its end.")
        page = (*PAGES, f"replays/{door.job}")[turn % (len(PAGES) + 1)]
        start = time.monotonic()
        answer = door.pages.get(page)
        measured.pages.append(time.monotonic() - start)
        if answer.status_code != 200:
            raise BenchError(f"The page {page} answers {answer.status_code}.")
        measured.errors.append(_error(door) / measured.failures)
        turn += 1
        time.sleep(LOOK)


def _error(door: Door) -> int:
    """What was true changes while it is asked for: before and after are its bounds."""
    before = door.delivered()
    told = int(door.look()["progress"]["delivered"])
    return max(before - told, told - door.delivered(), 0)


def _stop(door: Door) -> float:
    """How long after the press the last account came to the target."""
    pressed = last = time.monotonic()
    door.steer("stop")
    count = door.delivered()
    last = time.monotonic()
    while time.monotonic() - last < QUIET:
        if (now := door.delivered()) != count:
            count, last = now, time.monotonic()
        time.sleep(0.02)
    return last - pressed


def _json(answer: httpx2.Response) -> dict[str, Any]:
    if not answer.is_success:
        raise BenchError(f"{answer.request.url} answers {answer.status_code}: {answer.text[:200]}")
    found: dict[str, Any] = answer.json()
    return found


def report(measured: list[Replaying]) -> str:
    head = ("", "failures", "begun", "page p50", "page p95", "max", "progress off by", "stop", "a second")
    return "\n\n".join(("Replaying many", table(head, [_row(one) for one in measured]), GOALS))


def _row(one: Replaying) -> tuple[str, ...]:
    pages = (median(one.pages), quantiles(one.pages, n=20)[-1], max(one.pages))
    return (
        one.stage,
        f"{one.failures:,}",
        f"{1000 * one.begun:.0f} ms",
        *(f"{1000 * page:.0f} ms" for page in pages),
        f"{max(one.errors):.2%}",
        f"{one.stopped:.1f} s",
        f"{one.failures / one.ended:.0f}",
    )
