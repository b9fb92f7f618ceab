"""Load by wrk: how many requests a second are answered as they should be."""

from __future__ import annotations

import json
import subprocess
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import cpu, rest
from bench.errors import BenchError
from bench.servers import Web
from tests.programs import Missing, find

SCRIPTS = Path(__file__).with_name("lua")
# As long as a writer waits for another one on SQLite: a slow answer is an answer.
TIMEOUT = 20
# A second that does not count: connections, plans and caches are cold.
WARM_UP = 1


@dataclass(frozen=True)
class Round:
    """Requests that were answered in `seconds`, and the seconds that the web process computed for them.

    `p99`: milliseconds that one in a hundred takes longer than.
    """

    answered: int
    seconds: float
    computed: float
    p99: float = 0.0

    @property
    def rate(self) -> float:
        return self.answered / self.seconds

    @property
    def cost(self) -> float:
        """Milliseconds of the web process for each."""
        return 1000 * self.computed / self.answered


@dataclass(frozen=True)
class Load:
    """A script of `bench/lua` with what it is told, on so many connections, each with a state of its own."""

    script: str
    web: Web
    arguments: tuple[str, ...]
    connections: int
    path: str = "/Users"

    def warm_up(self) -> None:
        """Raises BenchError if there was a wrong answer."""
        self._press(WARM_UP)
        rest.wait_for(self.web)

    def run(self, seconds: int) -> Round:
        """Raises BenchError if there was a wrong answer, or none."""
        before = cpu.of_group(self.web.group)
        counted = self._press(seconds)
        computed = cpu.of_group(self.web.group) - before
        rest.wait_for(self.web)
        if not counted["answered"]:
            raise BenchError(f"{self.path} was not answered within {seconds} s.")
        return Round(counted["answered"], counted["seconds"], computed, counted["p99"])

    def _press(self, seconds: int) -> dict[str, Any]:
        options = [
            f"--threads={self.connections}",
            f"--connections={self.connections}",
            f"--duration={seconds}s",
            f"--timeout={TIMEOUT}s",
            f"--script={SCRIPTS / self.script}",
        ]
        # The last word is new in each run: names of users that are created begin with it.
        words = [self.web.base + self.path, "--", *self.arguments, uuid.uuid4().hex[:12]]
        command = [program(), *options, *words]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30)
        if ended.returncode:
            raise BenchError(f"wrk failed: {ended.stderr or ended.stdout}")
        counted: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
        if counted["other"] or counted["lost"]:
            raise BenchError(f"{self.path} was not answered as {self.script} expects: {counted}")
        return counted


def in_turns(loads: Mapping[str, Load], *, rounds: int, seconds: int) -> dict[str, list[Round]]:
    """By name, one after the other in each round: what disturbs the machine disturbs all of them."""
    for load in loads.values():
        load.warm_up()
    measured: dict[str, list[Round]] = {name: [] for name in loads}
    for _ in range(rounds):
        for name, load in loads.items():
            measured[name].append(load.run(seconds))
    return measured


def program() -> str:
    """The path of wrk. Raises BenchError where it is not installed."""
    try:
        return find("wrk")
    except Missing as error:
        raise BenchError(str(error)) from error
