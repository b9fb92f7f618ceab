"""The thread beside each worker that seals what waits, five times a second."""

from __future__ import annotations

import logging
import threading

from django.db import close_old_connections, connections

from audit.sealing import seal_batch, waiting_tenants

log = logging.getLogger(__name__)

STEP = 0.2
# While there is always something to seal.
BUSY_STEP = 0.05
# Between two batches of a backlog others get their turn at SQLite's write lock.
BREATH = 0.01


class Sealer(threading.Thread):
    """Any number may run: whoever finds a tenant's log in other hands passes on to the next."""

    def __init__(self) -> None:
        super().__init__(name="sealer", daemon=True)
        self._stopping = threading.Event()

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        pause = STEP
        while not self._stopping.wait(pause):
            try:
                close_old_connections()
                pause = self._round()
            except Exception:  # most likely the database is away; a thread that ended would be missed
                log.exception("Sealing broke off; the next round goes on.")
                pause = STEP
        connections.close_all()

    def _round(self) -> float:
        """A batch of each tenant that has some. How long to wait for the next round."""
        left = [seal_batch(tenant_id, wait=False) for tenant_id in waiting_tenants()]
        if False in left:
            return BREATH
        return BUSY_STEP if left else STEP
