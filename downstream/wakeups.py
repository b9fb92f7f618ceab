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

from django.db import transaction

log = logging.getLogger(__name__)

CAPACITY = 10_000
# After a wake-up the next ones are gathered for so long (seconds): those of one target become one.
GATHER = 0.1


def wake_after_commit(target_ids: Sequence[uuid.UUID]) -> None:
    # Robust: what is committed is answered as done, even where no thread can be started.
    wanted = tuple(target_ids)
    transaction.on_commit(lambda: _publisher.add(wanted), robust=True)


def publish(target_id: uuid.UUID) -> bool:
    """Hand a wake-up to the broker. False if the broker did not take it."""
    from downstream.tasks import wake

    try:
        # A wake-up that nobody fetched by then has been overtaken by the sweep.
        wake.apply_async(args=(str(target_id),), expires=60, retry=False, ignore_result=True)
    except Exception:  # whatever a broker library raises, the sweep makes up for it
        trace = log.isEnabledFor(logging.DEBUG)
        log.warning("The broker takes no wake-ups; the sweep delivers meanwhile.", exc_info=trace)
        return False
    return True


class Publisher:
    """One thread in each process, started by the first wake-up, so that a forked process gets its own."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._waiting: queue.Queue[tuple[uuid.UUID, ...]] = queue.Queue(capacity)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, target_ids: tuple[uuid.UUID, ...]) -> None:
        try:
            self._waiting.put_nowait(target_ids)
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
            for target_id in wanted:
                publish(target_id)
            time.sleep(GATHER)


_publisher = Publisher()
