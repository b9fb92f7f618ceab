"""How long after the 201 the target has the account."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import httpx2
import sqlalchemy as sa

from bench import target
from bench.errors import BenchError

POLL = 0.005
PATIENCE = 15.0


@dataclass
class Watch:
    """Looks into the target's table every POLL seconds and notes when it first saw each login."""

    engine: sa.Engine
    seen: dict[str, float] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        with self.engine.connect() as connection:
            while not self.stopping.wait(POLL):
                new = target.logins(connection) - self.seen.keys()
                self.seen.update(dict.fromkeys(new, time.monotonic()))


def measure(url: str, token: str, engine: sa.Engine, *, posts: int, rate: int) -> list[float]:
    """Milliseconds of each of `posts` users, created one after another, `rate` a second."""
    watch = Watch(engine)
    thread = threading.Thread(target=watch.run)
    thread.start()
    try:
        # The first ones find worker and connections cold.
        answered = _post(url, token, ["warm-1", "warm-2", "warm-3"], rate=1)
        _wait(watch, answered)
        answered = _post(url, token, [f"user-{number}" for number in range(posts)], rate=rate)
        _wait(watch, answered)
    finally:
        watch.stopping.set()
        thread.join()
    return [max(0.0, watch.seen[login] - moment) * 1000 for login, moment in answered.items()]


def _post(url: str, token: str, logins: list[str], *, rate: int) -> dict[str, float]:
    """When each was answered."""
    answered = {}
    headers = {"Authorization": f"Bearer {token}"}
    start = time.monotonic()
    with httpx2.Client(headers=headers, timeout=20) as client:
        for number, login in enumerate(logins):
            time.sleep(max(0.0, start + number / rate - time.monotonic()))
            response = client.post(url, json=_document(login))
            answered[login] = time.monotonic()
            if response.status_code != 201:
                raise BenchError(f"{url} answered {response.status_code}: {response.text}")
    return answered


def _document(login: str) -> dict[str, object]:
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": login,
        "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "emails": [{"value": f"{login}@example.com", "type": "work", "primary": True}],
        "active": True,
    }


def _wait(watch: Watch, answered: dict[str, float]) -> None:
    deadline = time.monotonic() + PATIENCE
    while missing := answered.keys() - watch.seen.keys():
        if time.monotonic() > deadline:
            raise BenchError(f"{len(missing)} users were not in the target after {PATIENCE:.0f} s.")
        time.sleep(POLL)
