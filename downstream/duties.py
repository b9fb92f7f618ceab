"""What is done every so many seconds: the sweep calls, by the queue `control`."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from celery import current_app
from django.db import connections

from downstream.wakeups import Queue, send

log = logging.getLogger(__name__)

# By the name of the task, which takes nothing, bears being run twice at once, and may be called late.
SECONDS: dict[str, float] = {
    "audit.tasks.work_off_exports": 1.0,
    "audit.tasks.throw_exports_away": 60.0,
    "audit.tasks.verify_logs": 60.0,
    "audit.tasks.go_on_verifying": 5.0,
    "downstream.tasks.tell_streams": 1.0,
    "downstream.tasks.end_expired_overrides": 5.0,
    "downstream.tasks.work_off_replays": 1.0,
    "downstream.tasks.look_for_alerts": 10.0,
    "downstream.tasks.send_notices": 5.0,
    "downstream.tasks.forget_secrets": 60.0,
    "downstream.tasks.make_checkpoints": 10.0,
    "downstream.tasks.tell_checkpoints": 10.0,
    "downstream.tasks.prune_log": 3600.0,
    "downstream.tasks.erase_people": 5.0,
}


class Duties:
    """Of one sweeper. While the broker is away, each duty is done in a thread beside it."""

    def __init__(self, seconds: dict[str, float], run: Callable[[str], None] | None = None) -> None:
        self._seconds, self._run = seconds, run or _run
        self._called_at: dict[str, float] = {}
        self._threads: dict[str, threading.Thread] = {}

    def call(self, *, broker_answers: bool) -> None:
        """Those whose time has come. A broker that is away takes seconds to say so: it is asked once."""
        now = time.monotonic()
        for task, every in self._seconds.items():
            if now - self._called_at.get(task, -every) < every:
                continue
            self._called_at[task] = now
            broker_answers = broker_answers and send(task, queue=Queue.CONTROL)
            if not broker_answers:
                self._do(task)

    def _do(self, task: str) -> None:
        thread = self._threads.get(task)
        if thread is None or not thread.is_alive():
            self._threads[task] = threading.Thread(target=self._run, args=(task,), name=task, daemon=True)
            self._threads[task].start()


def _run(task: str) -> None:
    try:
        current_app.tasks[task]()
    except Exception:  # the next call comes soon enough
        log.exception("%s broke off.", task)
    finally:
        connections.close_all()
