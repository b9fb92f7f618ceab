"""A running Lockstep as a person has it after `make run`: its processes, its doors and its target."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx2

BASE_DIR = Path(__file__).resolve().parents[2]
START_SECONDS = 60
# What the suite's own settings put into the environment must not reach the processes under test.
OF_THE_SUITE = ("DJANGO_SETTINGS_MODULE", "SECRET_KEY", "ENCRYPTION_KEYS", "DATABASE_URL")
Answer = TypeVar("Answer")


def eventually(question: Callable[[], Answer | None], *, seconds: float = 15) -> Answer:
    """The first truthy answer. Fails with the last one when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < deadline, f"still {answer!r} after {seconds} s"
        time.sleep(0.05)
    return answer


@dataclass
class Lockstep:
    """The supervisor started on `folder` and `port`; `database_url` empty is SQLite in the folder.

    `settings` are further variables of its environment.
    """

    folder: Path
    port: int
    database_url: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] = field(init=False)
    client: httpx2.Client = field(init=False)

    def start(self) -> None:
        """Returns when the web server answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=self.environment, cwd=BASE_DIR, stdout=log, stderr=log
            )
        eventually(self.is_well, seconds=START_SECONDS)
        headers = {"Authorization": f"Bearer {self.first['token']}", "Content-Type": "application/scim+json"}
        self.client = httpx2.Client(base_url=self.first["scim_v2"], headers=headers, timeout=20)

    def stop(self) -> int:
        """End it as a service manager would. Returns the exit status."""
        self.client.close()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "project.supervisor"]

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in OF_THE_SUITE}
        database = {"DATABASE_URL": self.database_url} if self.database_url else {}
        return (
            inherited | database | self.settings | {"LOCKSTEP_DATA": str(self.folder), "PORT": str(self.port)}
        )

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder.with_suffix(".log")

    @property
    def first(self) -> dict[str, str]:
        """What `first-run.json` says: addresses, tokens, password."""
        first: dict[str, str] = json.loads((self.folder / "first-run.json").read_text())
        return first

    def is_well(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return httpx2.get(f"{self.address}/healthz", timeout=5).status_code == 200
        except httpx2.TransportError:
            return False

    def child(self, name: str) -> int | None:
        """The process id of "web" or "worker", or None while there is none."""
        program = {"web": "granian", "worker": "celery"}[name]
        for pid, parent, arguments in _processes():
            if parent == self.process.pid and program in arguments:
                return pid
        return None

    def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """A SCIM request that must succeed; its answer."""
        response = self.client.request(method, path, json=body)
        assert response.is_success, f"{response.status_code}: {response.text}"
        answer: dict[str, Any] = response.json() if response.content else {}
        return answer

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the HR application's database."""
        with closing(sqlite3.connect(self.first["hr_database"], timeout=10)) as connection:
            return connection.execute(query, values).fetchall()

    def change_hr(self, statement: str, *values: object) -> None:
        """What the people who run the HR application do to it."""
        with closing(sqlite3.connect(self.first["hr_database"], timeout=10)) as connection, connection:
            connection.execute(statement, values)


def _processes() -> list[tuple[int, int, list[str]]]:
    """Process id, parent and arguments of all processes that can be seen (proc(5))."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name in brackets may hold blanks; the parent is the second field after it.
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            arguments = (folder / "cmdline").read_text().split("\0")
        except (OSError, UnicodeDecodeError):
            continue
        found.append((int(folder.name), parent, arguments))
    return found
