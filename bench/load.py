"""Load by wrk: how many requests a second are answered as they should be."""

from __future__ import annotations

import json
import shutil
import subprocess
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.errors import BenchError

SCRIPTS = Path(__file__).with_name("lua")
# As long as a writer waits for another one on SQLite: a slow answer is an answer.
TIMEOUT = 20


@dataclass(frozen=True)
class Load:
    """A script of `bench/lua` with what it is told, on so many connections, each with a state of its own."""

    script: str
    url: str
    arguments: tuple[str, ...]
    connections: int

    def rate(self, seconds: int) -> float:
        """Right answers a second. Raises BenchError if there was a wrong one."""
        options = [
            f"--threads={self.connections}",
            f"--connections={self.connections}",
            f"--duration={seconds}s",
            f"--timeout={TIMEOUT}s",
            f"--script={SCRIPTS / self.script}",
        ]
        # The last word is new in each run: names of users that are created begin with it.
        command = [program(), *options, self.url, "--", *self.arguments, uuid.uuid4().hex[:12]]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30)
        if ended.returncode:
            raise BenchError(f"wrk failed: {ended.stderr or ended.stdout}")
        counted = json.loads(ended.stdout.splitlines()[-1])
        if counted["other"] or counted["lost"] or not counted["answered"]:
            raise BenchError(f"{self.url} was wrong, says {self.script}: {counted}")
        return float(counted["answered"] / counted["seconds"])


def in_turns(loads: Mapping[str, Load], *, rounds: int, seconds: int, warm_up: int) -> dict[str, list[float]]:
    """The rates of each load by name, one for each round: what disturbs the machine disturbs all of them."""
    for load in loads.values():
        load.rate(warm_up)
    rates: dict[str, list[float]] = {name: [] for name in loads}
    for _ in range(rounds):
        for name, load in loads.items():
            rates[name].append(load.rate(seconds))
    return rates


def program() -> str:
    """The path of wrk. Raises BenchError where it is not installed."""
    found = shutil.which("wrk")
    if found is None:
        raise BenchError("wrk is not installed: its Debian package is wrk.")
    return found
