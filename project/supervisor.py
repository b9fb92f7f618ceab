"""`make run`: web server and worker under one parent, which restarts what dies and stops both cleanly."""

import os
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from lib.processes import end_group, end_with_parent, is_answering, is_free
from project import data_folder, environment
from project.greeting import greeting

FIRST_DELAY, LONGEST_DELAY = 1.0, 30.0
# Alive for so many seconds, a child counts as well again.
WELL_AFTER = 60.0
STOP_SECONDS = 10.0
TICK = 0.2


def web(port: int) -> list[str]:
    """One process, for SQLite has one writer; four threads gave the most requests at the shortest wait."""
    return [
        *(sys.executable, "-m", "granian", "project.wsgi:application", "--interface", "wsgi"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--blocking-threads", "4"),
        # A worker that does not come to its end in time is killed before the supervisor loses patience.
        *("--workers-kill-timeout", "8", "--no-ws", "--log-level", "warning", "--no-access-log"),
    ]


def worker() -> list[str]:
    """Threads, since it waits for networks; without the talk among workers, which nobody asks for."""
    return [
        # In a container there is often nobody but root, of whom Celery warns because of pickle: ours is JSON.
        *(sys.executable, "-W", "ignore::UserWarning:celery.platforms"),
        *("-m", "celery", "--quiet", "-A", "project", "worker", "--loglevel", "WARNING"),
        *("--pool", "threads", "--concurrency", "4"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]


def say(name: str, line: str) -> None:
    print(f"{name:>6} | {line}", flush=True)


@dataclass
class Output:
    """What a child printed, cut into lines."""

    name: str
    rest: bytes = b""

    def take(self, chunk: bytes) -> None:
        """Print the lines that are complete; an empty chunk is the end."""
        *lines, self.rest = (self.rest + chunk).split(b"\n")
        if not chunk and self.rest:
            lines, self.rest = [self.rest], b""
        for line in lines:
            say(self.name, line.decode(errors="replace"))


@dataclass
class Child:
    """A process that is started again whenever it ends, after 1, 2, 4 ... 30 seconds."""

    name: str
    command: list[str]
    selector: selectors.BaseSelector
    process: subprocess.Popen[bytes] | None = None
    delay: float = FIRST_DELAY
    started_at: float = field(default=0.0, init=False)
    due_at: float = field(default=0.0, init=False)

    def tend(self) -> None:
        """Notice its end; start it when it is due."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            self._bury(self.process, now)
        if self.process is None and now >= self.due_at:
            self._start(now)

    def _start(self, now: float) -> None:
        self.process = subprocess.Popen(
            self.command,
            cwd=environment.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Ctrl-C in the terminal is the supervisor's to pass on, as SIGTERM.
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGTERM),
        )
        pipe = self.process.stdout
        assert pipe is not None  # noqa: S101
        self.selector.register(pipe, selectors.EVENT_READ, (pipe, Output(self.name)))
        self.started_at = now

    def _bury(self, process: subprocess.Popen[bytes], now: float) -> None:
        # What the dead one started would hold the port or a lease.
        end_group(process, signal.SIGKILL)
        if now - self.started_at >= WELL_AFTER:
            self.delay = FIRST_DELAY
        say(self.name, f"ended ({process.returncode}), starts again in {self.delay:.0f} s")
        self.process, self.due_at = None, now + self.delay
        self.delay = min(self.delay * 2, LONGEST_DELAY)


def relay(selector: selectors.BaseSelector, seconds: float) -> None:
    """Print what the children write within so many seconds."""
    if not selector.get_map():
        time.sleep(seconds)
        return
    for key, _ in selector.select(seconds):
        pipe, output = key.data
        chunk = os.read(key.fd, 65536)
        output.take(chunk)
        if not chunk:
            selector.unregister(pipe)
            pipe.close()


def stop(children: list[Child], selector: selectors.BaseSelector, *, seconds: float) -> None:
    """SIGTERM to all at once, SIGKILL to those that are still there after so many seconds."""
    running = [child.process for child in children if child.process is not None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and any(process.poll() is None for process in running):
        relay(selector, TICK / 4)
    for process in running:
        end_group(process, signal.SIGKILL)
        process.wait()
    # Their last words; not for ever, since somebody else may hold the pipe.
    deadline = time.monotonic() + 1
    while selector.get_map() and time.monotonic() < deadline:
        relay(selector, TICK / 4)


def supervise(children: list[Child], selector: selectors.BaseSelector, *, port: int, welcome: str) -> None:
    """Keep the children alive until SIGINT or SIGTERM; greet once the web server answers."""
    signals: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        signals.append(number)

    signal.signal(signal.SIGINT, note)
    signal.signal(signal.SIGTERM, note)
    greeted = False
    try:
        while not signals:
            for child in children:
                child.tend()
            relay(selector, TICK)
            if not greeted and is_answering(port):
                print(welcome, flush=True)
                greeted = True
    finally:
        stop(children, selector, seconds=STOP_SECONDS)


def take(folder: Path) -> int:
    """Make the data folder and lock it; returns the lock's descriptor."""
    try:
        data_folder.create(folder)
        return data_folder.hold(folder)
    except data_folder.Busy as error:
        environment.stop(str(error))
    except OSError as error:
        environment.stop(f"{folder} can't be used as the data folder: {error.strerror}.")


def main() -> None:
    folder = environment.read_data_folder()
    lock = take(folder)
    environment.load_env_file(folder / ".env")
    port = environment.read_port()
    if not is_free(port):
        environment.stop(f"port {port} of 127.0.0.1 is taken. Set PORT to another one.")
    data_folder.write_keys(folder)
    os.environ.update(LOCKSTEP_DATA=str(folder), PORT=str(port), PYTHONUNBUFFERED="1")
    first_run = subprocess.run(
        [sys.executable, "-m", "project.first_run"],
        cwd=environment.BASE_DIR,
        start_new_session=True,
        preexec_fn=end_with_parent(signal.SIGTERM),
    )
    if first_run.returncode:
        sys.exit(first_run.returncode)
    with selectors.DefaultSelector() as selector:
        children = [Child("web", web(port), selector), Child("worker", worker(), selector)]
        supervise(children, selector, port=port, welcome=greeting(folder / "first-run.json", port))
    os.close(lock)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
