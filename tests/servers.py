"""PostgreSQL and Redis for the length of one command, on free ports and in a temporary folder.

    python -m tests.servers -- pytest ...

The command finds them in LOCKSTEP_TEST_POSTGRES and LOCKSTEP_TEST_REDIS. Servers that run already are
left alone.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from lib.processes import end_with_parent, is_answering
from tests.programs import Missing, find

START_SECONDS = 60
# Nothing of a test needs to survive a power cut, and without the waiting for the disk it is twice as quick.
POSTGRES_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """A server on a port of 127.0.0.1, which can be ended and started again on the same data."""

    command: list[str]
    log: Path
    port: int
    owner: pwd.struct_passwd | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Returns when it answers."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdout=output,
                stderr=output,
                cwd=self.log.parent,
                # Ctrl-C reaches the tests only, which need the server to tidy up.
                start_new_session=True,
                preexec_fn=end_with_parent(signal.SIGINT),
                **_as_user(self.owner),
            )
        _wait_for(self.process, self.port, self.log)

    def end(self, number: signal.Signals) -> None:
        """Returns when it is gone, after 10 s by SIGKILL."""
        if self.process is None:
            return
        self.process.send_signal(number)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @contextmanager
    def running(self) -> Iterator[None]:
        self.start()
        try:
            yield
        finally:
            # PostgreSQL's "fast" shutdown, which ends open sessions; SIGTERM would wait for them.
            self.end(signal.SIGINT)


def postgres_server(folder: Path, **settings: str) -> Server:
    """A fresh cluster in `folder`, not started yet, with the superuser `postgres` and no password."""
    data, port, owner = folder / "postgres", free_port(), _unprivileged()
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    initdb = [find("initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(
        [*initdb, "--locale=C.UTF-8"], cwd=folder, stdout=subprocess.DEVNULL, check=True, **_as_user(owner)
    )
    wanted = POSTGRES_SETTINGS | settings
    words = [word for key, value in wanted.items() for word in ("-c", f"{key}={value}")]
    command = [find("postgres"), "-D", str(data), "-p", str(port), *words]
    return Server(command, folder / "postgres.log", port, owner)


def redis_server(folder: Path) -> Server:
    """An empty Redis that writes nothing to disk, not started yet."""
    port = free_port()
    command = [find("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    return Server([*command, "--save", "", "--appendonly", "no"], folder / "redis.log", port)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The URL of a fresh cluster in `folder`."""
    server = postgres_server(folder)
    with server.running():
        yield f"postgresql://postgres@127.0.0.1:{server.port}/postgres"


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """The URL of an empty Redis."""
    server = redis_server(folder)
    with server.running():
        yield f"redis://127.0.0.1:{server.port}/0"


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom to run PostgreSQL as where we are root, which it refuses."""
    if os.geteuid() != 0:
        return None
    users = {entry.pw_name: entry for entry in pwd.getpwall()}
    return users.get("postgres", users["nobody"])


def _as_user(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if is_answering(port):
            return
        time.sleep(0.05)
    sys.exit(f"{log.stem} did not start:\n{log.read_text()}")


def run(command: list[str]) -> int:
    """Run `command` beside both servers; its exit status."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="lockstep-servers-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        environment = os.environ | {
            "LOCKSTEP_TEST_POSTGRES": stack.enter_context(postgres(folder)),
            "LOCKSTEP_TEST_REDIS": stack.enter_context(redis(folder)),
        }
        process = subprocess.Popen(command, env=environment)
        try:
            return process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()


def _stop(number: int, frame: FrameType | None) -> None:
    """Leave through every `finally`, so that nothing stays behind."""
    sys.exit(128 + number)


def _wait_on(number: int, frame: FrameType | None) -> None:
    """Ctrl-C is for the command, which gets it from the terminal too and ends by itself."""


def main() -> None:
    if sys.argv[1:2] != ["--"] or not sys.argv[2:]:
        sys.exit("usage: python -m tests.servers -- COMMAND ...")
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _wait_on)
    try:
        sys.exit(run(sys.argv[2:]))
    except Missing as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
