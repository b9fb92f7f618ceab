"""What goes wrong: one fault after another, some at the same time, chosen by a seed."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from signal import SIGCONT, SIGINT, SIGKILL, SIGQUIT, SIGSTOP, Signals

import redis

from chaos.proxy import Mood, Proxy
from chaos.scene import Scene

Heal = Callable[[], None]
# How long a fault lasts, in seconds: long enough for leases to run out now and then.
SHORTEST, LONGEST = 0.3, 14.0
# Seconds between the beginnings of two faults, at most.
BETWEEN = 1.5


def nothing() -> None:
    """There is nothing to be healed."""


@dataclass
class Faults:
    scene: Scene
    chance: random.Random
    counted: Counter[str] = field(default_factory=Counter)
    _under_way: dict[str, tuple[float, Heal]] = field(default_factory=dict)

    def run(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._begin_one()
            time.sleep(self.chance.uniform(0.2, BETWEEN))
            self._heal(lambda ends: ends <= time.monotonic())

    def heal(self) -> None:
        """Everything, at once."""
        self._heal(lambda ends: True)

    def _begin_one(self) -> None:
        what, begin = self.chance.choice(self._possible())
        if what in self._under_way:
            return
        self.counted[what] += 1
        # Most are short; some outlive a lease.
        lasts = min(LONGEST, SHORTEST + self.chance.expovariate(1 / 2.5))
        self._under_way[what] = (time.monotonic() + lasts, begin())

    def _heal(self, is_over: Callable[[float], bool]) -> None:
        for what, (ends, heal) in list(self._under_way.items()):
            if is_over(ends):
                heal()
                del self._under_way[what]

    def _possible(self) -> list[tuple[str, Callable[[], Heal]]]:
        found: list[tuple[str, Callable[[], Heal]]] = [
            ("worker killed", self._kill_worker),
            ("worker killed", self._kill_worker),
            ("worker stopped for a while", self._stop_worker),
            ("web killed", self._kill_web),
            ("PostgreSQL ended at once", lambda: self._end_database(SIGQUIT)),
            ("PostgreSQL shut down", lambda: self._end_database(SIGINT)),
        ]
        found += self._of_receiver("target", self.scene.target)
        found += self._of_receiver("journal", self.scene.journal)
        return found + (self._of_redis() if self.scene.redis else self._of_folder())

    def _of_receiver(self, name: str, proxy: Proxy) -> list[tuple[str, Callable[[], Heal]]]:
        """One mood at a time; lies are the hardest to bear."""
        if proxy.mood is not Mood.CARRIES:
            return []
        moods = [Mood.LIES, *(mood for mood in Mood if mood is not Mood.CARRIES)]
        return [(f"{name} {mood.value}", self._turning(proxy, mood)) for mood in moods]

    def _of_redis(self) -> list[tuple[str, Callable[[], Heal]]]:
        found: list[tuple[str, Callable[[], Heal]]] = [
            ("broker killed", self._kill_redis),
            ("broker emptied", self._flush_redis),
        ]
        broker = self.scene.broker
        if broker and broker.mood is Mood.CARRIES:
            found += [("broker accepts and never answers", self._turning(broker, Mood.SILENT))]
        return found

    def _of_folder(self) -> list[tuple[str, Callable[[], Heal]]]:
        return [("broker's folder deleted", self._delete_folder)]

    def _kill_worker(self) -> Heal:
        ids = self.scene.worker_ids()
        if not ids:
            return nothing
        killed = self.chance.choice(ids)
        for number, worker in enumerate(self.scene.extra):
            if worker and worker.pid == killed:
                self.scene.end_worker(number)
                return lambda number=number: self.scene.start_worker(number)  # type: ignore[misc]
        _signal(killed, SIGKILL)
        return nothing

    def _stop_worker(self) -> Heal:
        ids = self.scene.worker_ids()
        if not ids:
            return nothing
        stopped = self.chance.choice(ids)
        _signal(stopped, SIGSTOP)
        return lambda: _signal(stopped, SIGCONT)

    def _kill_web(self) -> Heal:
        if web := self.scene.lockstep.child("web"):
            _signal(web, SIGKILL)
        return nothing

    def _end_database(self, number: Signals) -> Heal:
        process = self.scene.database.process
        if process is None or process.poll() is not None:
            return nothing
        self.scene.database.end(number)
        return self.scene.database.start

    def _turning(self, proxy: Proxy, mood: Mood) -> Callable[[], Heal]:
        def turn() -> Heal:
            proxy.turn(mood)
            return lambda: proxy.turn(Mood.CARRIES)

        return turn

    def _kill_redis(self) -> Heal:
        server = self.scene.redis
        if server is None or server.process is None or server.process.poll() is not None:
            return nothing
        server.end(SIGKILL)
        return server.start

    def _flush_redis(self) -> Heal:
        server = self.scene.redis
        if server and server.process and server.process.poll() is None:
            redis.Redis(port=server.port).flushall()
        return nothing

    def _delete_folder(self) -> Heal:
        shutil.rmtree(self.scene.lockstep.folder / "broker", ignore_errors=True)
        return nothing


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
