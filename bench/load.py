"""Load by wrk: how many users a second are created."""

from __future__ import annotations

import json
import shutil
import subprocess
import uuid
from pathlib import Path

from bench.errors import BenchError

SCRIPT = Path(__file__).with_name("create_users.lua")
THREADS = 2
# As long as a writer waits for another one on SQLite: a slow answer is an answer.
TIMEOUT = 20


def create_users(url: str, token: str, *, connections: int, warm_up: int, seconds: int) -> float:
    """Users created a second, after `warm_up` seconds that do not count.

    Raises BenchError if anything but 201 was answered.
    """
    _wrk(url, token, connections, warm_up)
    return _wrk(url, token, connections, seconds)


def program() -> str:
    """The path of wrk. Raises BenchError where it is not installed."""
    found = shutil.which("wrk")
    if found is None:
        raise BenchError("wrk is not installed: its Debian package is wrk.")
    return found


def _wrk(url: str, token: str, connections: int, seconds: int) -> float:
    options = [
        f"--threads={THREADS}",
        f"--connections={connections}",
        f"--duration={seconds}s",
        f"--timeout={TIMEOUT}s",
    ]
    command = [program(), *options, f"--script={SCRIPT}", url, "--", token, uuid.uuid4().hex[:12]]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30)
    if ended.returncode:
        raise BenchError(f"wrk failed: {ended.stderr or ended.stdout}")
    counted = json.loads(ended.stdout.splitlines()[-1])
    if counted["other"] or counted["lost"] or not counted["created"]:
        raise BenchError(f"{url} did not answer 201 to everything: {counted}")
    return float(counted["created"] / counted["seconds"])
