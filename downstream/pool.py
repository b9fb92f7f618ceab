"""The threads of this process that deliver: whoever finds something due asks here, and turns are given."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import cache, lru_cache, partial

from django.conf import settings
from django.db import close_old_connections, connections

from downstream.engine import Turn, take_turn
from downstream.models import Target
from downstream.turns import Asking, Turns

log = logging.getLogger(__name__)

# A turn ends with the delivery during which this is over.
TURN = timedelta(seconds=0.5)
# A thread without work gives its database connection back after so many seconds.
IDLE = 30.0


class Pool:
    """So many threads at most, started as they are asked for. Asking twice is asking once."""

    def __init__(self, threads: int, take: Callable[[uuid.UUID], Turn]) -> None:
        self._most, self._take = threads, take
        self._turns = Turns(threads)
        self._changed = threading.Condition()
        self._threads: set[threading.Thread] = set()
        self._idle = 0
        self._stopping = False

    def ask(self, asking: Asking) -> None:
        with self._changed:
            self._turns.ask(asking)
            self._call_somebody()

    def stop(self, *, seconds: float) -> bool:
        """Begin nothing new and wait for the turns under way. False if some last longer than that."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
            running = list(self._threads)
        until = time.monotonic() + seconds
        for thread in running:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in running)

    def _call_somebody(self) -> None:
        """Whoever takes a turn calls the next one, so one is enough."""
        if self._stopping or not self._turns.are_wanted:
            return
        if self._idle:
            self._changed.notify()
        elif len(self._threads) < self._most:
            # A daemon: a call that hangs does not hold up the end of the process; its lease runs out.
            thread = threading.Thread(target=self._run, name="deliveries", daemon=True)
            thread.start()
            self._threads.add(thread)

    def _run(self) -> None:
        try:
            while asking := self._next():
                self._deliver(asking)
        finally:
            connections.close_all()

    def _next(self) -> Asking | None:
        """Waits for a turn. None when this thread is not needed any more."""
        idle_until = time.monotonic() + IDLE
        with self._changed:
            while not self._stopping:
                now = time.monotonic()
                if asking := self._turns.next(now):
                    self._call_somebody()
                    return asking
                if now >= idle_until:
                    break
                self._wait(min(idle_until, self._turns.next_moment or idle_until) - now)
            self._threads.discard(threading.current_thread())
            self._call_somebody()
        return None

    def _wait(self, seconds: float) -> None:
        self._idle += 1
        self._changed.wait(seconds)
        self._idle -= 1

    def _deliver(self, asking: Asking) -> None:
        again = None
        try:
            close_old_connections()
            again = self._take(asking.target).again
        except Exception:  # most likely the database is away; the sweep will ask again
            log.exception("A turn of target %s broke off.", asking.target)
        with self._changed:
            self._turns.end(asking)
            if again is not None:
                self._turns.ask_at(time.monotonic() + again, asking)


def ask(target_id: uuid.UUID) -> None:
    """Deliver what is due in a target, when its turn comes. Returns at once."""
    if asking := _asking(target_id):
        _pool().ask(asking)


def stop(*, seconds: float) -> None:
    if not _pool().stop(seconds=seconds):
        log.warning("Deliveries under way are cut off; they are taken over when their leases run out.")


@cache
def _pool() -> Pool:
    return Pool(settings.DELIVERY_THREADS, partial(take_turn, budget=TURN))


@lru_cache(maxsize=10_000)
def _tenant_of(target_id: uuid.UUID) -> uuid.UUID:
    return Target.objects.values_list("tenant_id", flat=True).get(id=target_id)


def _asking(target_id: uuid.UUID) -> Asking | None:
    try:
        return Asking(target_id, _tenant_of(target_id))
    except Target.DoesNotExist:  # removed since somebody was told of it
        return None
