"""Workers that stand still at each seam of the real `drain`: before and after each claim and each call.

Each is a greenlet: all are in one thread, on one database connection, and only the one that is stepped moves.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

import pytest
from greenlet import getcurrent, greenlet

from downstream import engine
from downstream.claims import Claim, Hand, take
from downstream.connectors import REGISTRY
from downstream.connectors.base import NONE, Config, Overrides, Written
from downstream.connectors.memory import MemoryConfig, MemoryConnector
from downstream.models import Target
from lib.documents import Document

BUDGET = timedelta(minutes=5)


class Seam(Enum):
    """Where a worker stands."""

    IDLE = "has nothing to do"
    FREE = "is about to claim"
    CLAIMED = "has a replica in hand and has read nothing yet"
    CHECK = "is about to test the target"
    CALL = "is about to call the target"
    ANSWERED = "has the target's answer, and has told nobody"


@dataclass(frozen=True)
class Order:
    """What becomes of the call that a worker is about to make."""

    carried_out: bool = True
    error: Exception | None = None


WELL = Order()


@dataclass(frozen=True)
class Call:
    """One write, as it is on its way to the target."""

    resource_id: str
    carry_out: Callable[[], Any] = field(repr=False)


class Worker:
    """One run of `drain`. It is made anew when it has come to its end."""

    def __init__(self, target_id: uuid.UUID) -> None:
        self.seam = Seam.IDLE
        self.claim: Claim | None = None
        self.call: Call | None = None
        self._steps = greenlet(lambda order: engine.drain(target_id, budget=BUDGET))
        _working[self._steps] = self

    def step(self, order: Order = WELL) -> None:
        """Go on to the next seam, or to the end."""
        self._steps.switch(order)
        if self._steps.dead:
            self.seam, self.claim, self.call = Seam.IDLE, None, None


_working: WeakKeyDictionary[Any, Worker] = WeakKeyDictionary()


def pause(seam: Seam, *, call: Call | None = None) -> Order:
    """Wait for what the test wants. Nobody waits who is not a worker of this kind."""
    worker = _working.get(getcurrent())
    if worker is None:
        return WELL
    worker.seam, worker.call = seam, call
    order: Order = getcurrent().parent.switch()
    return order


def stepped_take(take: Callable[..., Hand]) -> Callable[..., Hand]:
    """The real claim, with a seam on either side; one replica in a hand, so that each has its own."""

    def take_in_steps(target: Target, *, most: int) -> Hand:
        worker = _working.get(getcurrent())
        if worker is None:
            return take(target, most=most)
        worker.claim = None
        pause(Seam.FREE)
        hand = take(target, most=1)
        if hand.claims:
            worker.claim = hand.claims[0]
            pause(Seam.CLAIMED)
        return hand

    return take_in_steps


class SteppedConnector(MemoryConnector):
    """The real connector of tests; the test decides when a call gets there and what is answered."""

    config_class: ClassVar[type[Config]] = MemoryConfig

    def put(self, document: Document, remote_id: str | None, *, overrides: Overrides = NONE) -> Written:
        document, put = deepcopy(document), super().put
        written: Written = self._call(document, lambda: put(document, remote_id, overrides=overrides))
        return written

    def remove(self, document: Document, remote_id: str | None) -> None:
        document, remove = deepcopy(document), super().remove
        self._call(document, lambda: remove(document, remote_id))

    def check(self) -> None:
        order = pause(Seam.CHECK)
        if order.error:
            raise order.error

    def _call(self, document: Document, carry_out: Callable[[], Any]) -> Any:
        call = Call(document["id"], carry_out)
        order = pause(Seam.CALL, call=call)
        answer = carry_out() if order.carried_out else None
        pause(Seam.ANSWERED)
        if order.error:
            raise order.error
        return answer


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on the engine has seams."""
    monkeypatch.setitem(REGISTRY, MemoryConnector.kind, SteppedConnector)
    monkeypatch.setattr(engine, "take", stepped_take(take))
