"""Wait mode: a request that changes something waits until its targets have it, so that its client sees it.

What a change owes is noted here when it is committed, under the transaction id of who made it; the door asks
for it at the end of the request. Nothing is held open meanwhile: no transaction and no lock.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from audit.actor import Actor, ActorType
from downstream.models import Replica, State

# Seconds, whatever the targets of a request allow: Okta hangs up after 60.
LONGEST = 25.0
STEP = 0.07
# Requests of one process that may wait at the same time; the others are answered at once. A process has four
# threads for requests: half of them stay free however slow a target is.
AT_ONCE = 2
# Of those that nobody asks for any more the oldest are forgotten.
MOST_NOTED = 1_000


@dataclass(frozen=True)
class Wait:
    """One replica, and the version of which resource it is to have in so many seconds."""

    replica_id: int
    resource_id: uuid.UUID
    version: int
    seconds: int


@dataclass(frozen=True)
class Refused:
    """What a target has refused for good, until a person does something about it."""

    resource_id: uuid.UUID
    target: str
    why: str


_noted: OrderedDict[str, list[Wait]] = OrderedDict()
_lock = threading.Lock()
_seats = threading.BoundedSemaphore(AT_ONCE)


def note_after_commit(by: Actor, waits: Sequence[Wait]) -> None:
    """Only programs wait: a person sees on the page what becomes of it."""
    if by.type == ActorType.CLIENT_APP:
        transaction.on_commit(lambda: _note(by.transaction_id, waits), robust=True)


def _note(transaction_id: str, waits: Sequence[Wait]) -> None:
    with _lock:
        _noted.setdefault(transaction_id, []).extend(waits)
        while len(_noted) > MOST_NOTED:
            _noted.popitem(last=False)


def wait_for_targets(transaction_id: str) -> list[Refused]:
    """What was refused. Returns when all is settled, when time is up, or at once if too many wait already."""
    if not _noted:
        return []
    with _lock:
        # Of several changes of one resource the last one counts.
        waits = {wait.replica_id: wait for wait in _noted.pop(transaction_id, ())}
    if not waits or connection.in_atomic_block or not _seats.acquire(blocking=False):
        return []
    try:
        return _watch(waits)
    finally:
        _seats.release()


def _watch(waits: dict[int, Wait]) -> list[Refused]:
    start, refused = time.monotonic(), list[Refused]()
    while waits:
        time.sleep(STEP)
        passed = time.monotonic() - start
        waits = {key: wait for key, wait in waits.items() if passed < min(LONGEST, wait.seconds)}
        open_ones = _open(waits, refused) if waits else set()
        waits = {key: wait for key, wait in waits.items() if key in open_ones}
    return refused


def _open(waits: dict[int, Wait], refused: list[Refused]) -> set[int]:
    """Those that a worker may still settle. One query by primary key, however many there are."""
    rows = Replica.objects.filter(id__in=list(waits))
    found = rows.values_list("id", "applied", "state", "target__name", "error")
    going_on = set()
    for replica_id, applied, state, target, error in found:
        wait = waits[replica_id]
        if applied >= wait.version:
            continue
        if state == State.PARKED:
            refused.append(Refused(wait.resource_id, target, error))
        elif state not in {State.HELD, State.REHEARSED}:
            going_on.add(replica_id)
    return going_on
