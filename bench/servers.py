"""Starts and stops what is measured, by the supervisor's own command lines."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.errors import BenchError
from lib.processes import end_group, end_with_parent, is_answering
from project import supervisor
from project.environment import BASE_DIR
from tests.servers import free_port

Environment = dict[str, str]
START_SECONDS, STOP_SECONDS = 30, 15
# A million users are seeded in minutes.
RUN_SECONDS = 1800
# Characters of a log that a failure is explained with.
LAST_WORDS = 2000


@dataclass(frozen=True)
class Web:
    """A web server that answers; `group` is the id of its process group, `database` a URL or empty."""

    group: int
    port: int
    database: str = ""

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/scim/v2"


@contextmanager
def web(environment: Environment) -> Iterator[Web]:
    """The application that DJANGO_SETTINGS_MODULE names, under the same server in the same shape."""
    port = free_port()
    with _started("web", supervisor.web(port), environment) as process:
        wait_for(lambda: is_answering(port), "The web server", seconds=START_SECONDS)
        yield Web(process.pid, port, environment.get("DATABASE_URL", ""))


@contextmanager
def worker(environment: Environment) -> Iterator[int]:
    """A worker, perhaps not ready yet; the id of its process group."""
    with _started("worker", supervisor.worker(), environment) as process:
        yield process.pid


def run(arguments: list[str], environment: Environment) -> str:
    """What `python -m ...` prints. Raises BenchError if it fails."""
    command = [sys.executable, "-m", *arguments]
    ended = subprocess.run(
        command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, timeout=RUN_SECONDS
    )
    if ended.returncode:
        raise BenchError(f"{' '.join(arguments)} failed:\n{ended.stderr}")
    return ended.stdout


def wait_for(question: Callable[[], object], who: str, *, seconds: float) -> None:
    """Raises BenchError if the answer is not yes in time."""
    deadline = time.monotonic() + seconds
    while not question():
        if time.monotonic() > deadline:
            raise BenchError(f"{who} was not ready within {seconds:.0f} s.")
        time.sleep(0.05)


@contextmanager
def _started(name: str, command: list[str], environment: Environment) -> Iterator[subprocess.Popen[bytes]]:
    log = Path(environment["LOCKSTEP_DATA"]) / f"{name}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGTERM),
        )
    try:
        yield process
    except BenchError as error:
        last_words = log.read_text(errors="replace")[-LAST_WORDS:]
        raise BenchError(f"{error}\nThe {name} wrote: {last_words or 'nothing'}") from error
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    finally:
        end_group(process, signal.SIGKILL)
        process.wait()
