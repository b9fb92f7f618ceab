"""The world of one run, and how it ends."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from downstream.guard import allow
from downstream.models import State
from downstream.replays import replay
from downstream.services import resume
from tests.downstream.stepping import truths
from tests.downstream.stepping.workers import WELL, Seam
from tests.downstream.stepping.world import World
from tests.factories import actor

WORKERS = 3
ROUNDS = 30
WHICH = st.integers(0, 7)


class Machine(RuleBasedStateMachine):
    """Each run is undone at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.trouble_before = sys.exc_info()[1]
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.world = World.begin(WORKERS)

    def teardown(self) -> None:
        try:
            # If a rule failed, that is what is to be told.
            if sys.exc_info()[1] is self.trouble_before:
                self.heal()
        finally:
            self.world.end()
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    def heal(self) -> None:
        """All faults are over. What still flies lands at the worst moment: when all seems to be well."""
        resume(self.world.target, by=actor())
        self.drain()
        for flying in list(self.world.flying):
            self.world.land(flying)
        for _ in range(ROUNDS):
            self.world.move_on(timedelta(minutes=31))
            self.world.drain()
            if not self.somebody_puts_it_right():
                break
        truths.target_equals_directory(self.world)

    def somebody_puts_it_right(self) -> bool:
        """What waits for a person gets one. False if nothing is to be done any more."""
        replicas = self.world.target.replicas
        if replicas.filter(state=State.HELD).exists():
            allow(self.world.target, by=actor())
        if replicas.filter(state=State.PARKED).exists():
            replay(replicas.filter(state=State.PARKED), by=actor())
        return replicas.exclude(due_at=None).exists()

    def drain(self) -> None:
        for who in range(WORKERS):
            while self.world.workers[who].seam != Seam.IDLE:
                self.world.step(who, WELL)
        self.world.drain()


def chosen(among: list[Any], which: int) -> Any:
    """None if there is nobody to choose from."""
    return among[which % len(among)] if among else None
