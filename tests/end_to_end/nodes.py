"""Several machines that share one PostgreSQL and one Redis, started by the commands that the README gives."""

from __future__ import annotations

import json
import os
import secrets
import shlex
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from cryptography.fernet import Fernet

from chaos.scene import manage
from lib.processes import end_group, end_with_parent, is_answering
from tests.end_to_end.lockstep import BASE_DIR, OF_THE_SUITE, eventually
from tests.servers import free_port


def commands(section: str = "## More than one machine") -> dict[str, list[str]]:
    """`web` and `worker`, as a person finds them in the README."""
    text = (BASE_DIR / "README.md").read_text().split(section)[1].split("```sh")[1].split("```")[0]
    found = [shlex.split(line) for line in text.splitlines() if line.startswith(".venv/bin/python")]
    (web,) = [words for words in found if "granian" in words]
    (worker,) = [words for words in found if "celery" in words]
    return {"web": web, "worker": worker}


@dataclass
class Node:
    """One machine: a process, a data folder of its own, and what all machines have in common."""

    kind: str
    folder: Path
    shared: dict[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "node.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=BASE_DIR,
                env=self.shared | {"LOCKSTEP_DATA": str(self.folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent(signal.SIGTERM),
            )
        if self.kind == "web":
            eventually(lambda: is_answering(self.port), seconds=60)

    def kill(self) -> None:
        """As a power cut does."""
        if self.process:
            end_group(self.process, signal.SIGKILL)
            self.process.wait()
            self.process = None

    @property
    def command(self) -> list[str]:
        _, *words = commands()[self.kind]
        words = [str(self.port) if word == "8000" else word for word in words]
        return [sys.executable, *words]


@dataclass
class Cluster:
    """`target_url` is the database that the tenant's target writes to."""

    folder: Path
    database_url: str
    broker_url: str
    target_url: str
    nodes: list[Node] = field(default_factory=list)
    token: str = ""

    def __post_init__(self) -> None:
        inherited = {name: value for name, value in os.environ.items() if name not in OF_THE_SUITE}
        self.shared = inherited | {
            "DATABASE_URL": self.database_url,
            "CELERY_BROKER_URL": self.broker_url,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        }

    def prepare(self) -> None:
        self.manage("migrate", "--verbosity", "0")
        self.token = json.loads(self.manage("create_tenant", "acme", "--json"))["token"]

    def add(self, kind: str) -> Node:
        node = Node(kind, self.folder / f"node {len(self.nodes)}", self.shared)
        self.nodes.append(node)
        node.start()
        return node

    def of(self, kind: str) -> list[Node]:
        return [node for node in self.nodes if node.kind == kind]

    def client(self, node: Node) -> httpx2.Client:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/scim+json"}
        return httpx2.Client(base_url=f"http://127.0.0.1:{node.port}/scim/v2/", headers=headers, timeout=20)

    def manage(self, *arguments: str, told: str = "") -> str:
        """On a machine that runs nothing else."""
        return manage(self.shared | {"LOCKSTEP_DATA": str(self.folder / "commands")}, *arguments, told=told)

    def send(self, method: str, path: str) -> dict[str, Any]:
        with self.client(self.of("web")[0]) as client:
            answer = client.request(method, path)
        assert answer.is_success, answer.text
        told: dict[str, Any] = answer.json()
        return told
