"""Wake-ups after commit, from a thread of its own: no broker call on the path of a request.

A lost wake-up costs nothing: the sweep finds the row.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import uuid
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)

CAPACITY = 10_000
# Seconds: a wake-up that nobody fetched by then has been overtaken by the sweep.
EXPIRES = 60
# After a wake-up the next ones are gathered for so long (seconds): those of one target become one.
GATHER = 0.1


class Queue(StrEnum):
    """The broker's queues: what came in bulk stands before no fresh change, and neither before a duty."""

    DRAIN = "drain"
    BULK = "bulk"
    CONTROL = "control"


def wake_after_commit(target_ids: Sequence[uuid.UUID], queue: Queue = Queue.DRAIN) -> None:
    # Robust: what is committed is answered as done, even where no thread can be started.
    wanted = tuple((target_id, queue) for target_id in target_ids)
    transaction.on_commit(lambda: _publisher.add(wanted), robust=True)


def publish(target_id: uuid.UUID, queue: Queue = Queue.DRAIN) -> bool:
    """Hand a wake-up to the broker. False if the broker did not take it."""
    return send("downstream.tasks.wake", str(target_id), queue=queue)


def send(task: str, *ids: str, queue: Queue) -> bool:
    """Have a worker run the task of this name. False if the broker did not take the message.

    Blocks for seconds when the broker is away: never on the path of a request.
    """
    options: dict[str, Any] = {"expires": EXPIRES, "retry": False, "ignore_result": True}
    try:
        current_app.send_task(task, args=ids, queue=queue.value, **options)
    except Exception:  # whatever a broker library raises, the sweep makes up for it
        trace = log.isEnabledFor(logging.DEBUG)
        log.warning("The broker takes no wake-ups; the sweep delivers meanwhile.", exc_info=trace)
        return False
    return True


WakeUp = tuple[uuid.UUID, Queue]


class Publisher:
    """One thread in each process, started by the first wake-up, so that a forked process gets its own."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._waiting: queue.Queue[tuple[WakeUp, ...]] = queue.Queue(capacity)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, wanted: tuple[WakeUp, ...]) -> None:
        try:
            self._waiting.put_nowait(wanted)
        except queue.Full:
            return
        self.start()

    @property
    def waiting(self) -> int:
        return self._waiting.qsize()

    def start(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="wake-ups", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            wanted = set(self._waiting.get())
            while not self._waiting.empty():
                wanted.update(self._waiting.get_nowait())
            for target_id, name in wanted:
                publish(target_id, name)
            time.sleep(GATHER)


_publisher = Publisher()
