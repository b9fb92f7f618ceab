"""The sweep: finds targets with due replicas and wakes them, whatever became of the wake-ups."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

from django.db import close_old_connections
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from downstream import duties, pool
from downstream.duties import Duties
from downstream.models import Rank, Replica, Sweep, Target
from downstream.wakeups import Queue, publish
from lib.clock import moment_in

log = logging.getLogger(__name__)

STEP = 1.0
TERM = timedelta(seconds=10)
# A target whose wake-up was published is left to all workers for so many sweeps before this one delivers.
PATIENCE = 3


class Sweeper(threading.Thread):
    """Runs beside each worker; the holder of the one lease row sweeps, the others stand by.

    `ask` has a target delivered in this process.
    """

    def __init__(self, ask: Callable[[uuid.UUID], None] = pool.ask) -> None:
        super().__init__(name="sweep", daemon=True)
        self._ask = ask
        self._duties = Duties(duties.SECONDS)
        self.holder = uuid.uuid4()
        self._stopping = threading.Event()
        self._owed_for: dict[uuid.UUID, int] = {}

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        while not self._stopping.wait(STEP):
            try:
                close_old_connections()
                if hold_lease(self.holder):
                    self.sweep()
            except Exception:  # most likely the database is away; a thread that ended would be missed
                log.exception("The sweep broke off; the next round asks again.")

    def sweep(self) -> None:
        """Publish a wake-up for each target that is owed something; if that leads nowhere, deliver here."""
        owed = owed_targets()
        self._owed_for = {target_id: self._owed_for.get(target_id, 0) + 1 for target_id in owed}
        # A broker that is away takes seconds to say so: it is asked once in a round.
        broker_answers = True
        for target_id, queue in owed.items():
            broker_answers = broker_answers and publish(target_id, queue)
            if not broker_answers or self._is_stuck(target_id):
                self._ask(target_id)
        self._duties.call(broker_answers=broker_answers)

    def _is_stuck(self, target_id: uuid.UUID) -> bool:
        """Its wake-ups lead nowhere: owed for several sweeps, and nobody has anything of it in hand."""
        waited = self._owed_for[target_id] > PATIENCE
        return waited and not Replica.objects.in_hand().filter(target_id=target_id).exists()


def owed_targets() -> dict[uuid.UUID, Queue]:
    """Each target that is owed something, and the queue of its wake-up: `bulk` if nothing of it is fresh."""
    own = Replica.objects.filter(target=OuterRef("pk"))
    fresh = Exists(own.claimable([Rank.URGENT, Rank.USUAL]))
    owed = Target.objects.filter(Exists(own.claimable())).annotate(is_fresh=fresh)
    rows = owed.order_by("id").values_list("id", "is_fresh")
    chores = Target.objects.with_chores().values_list("id", flat=True)
    return dict.fromkeys(chores, Queue.BULK) | {
        target_id: Queue.DRAIN if is_fresh else Queue.BULK for target_id, is_fresh in rows
    }


def hold_lease(holder: uuid.UUID) -> bool:
    """Take or renew the lease of the sweep. False if somebody else holds it."""
    Sweep.objects.get_or_create(id=1)
    mine_or_free = Q(holder=holder) | Q(holder=None) | Q(held_until__lte=Now())
    return bool(Sweep.objects.filter(mine_or_free, id=1).update(holder=holder, held_until=moment_in(TERM)))
