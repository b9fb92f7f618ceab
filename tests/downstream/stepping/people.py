"""What administrators and support staff do."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import strategies as st
from hypothesis.stateful import rule

from downstream.guard import allow, reject
from downstream.models import Target
from downstream.refusals import Refusal
from downstream.replays import replay
from downstream.services import switch
from downstream.settings import change_target
from tests.downstream.stepping.machine import WHICH, Machine, chosen
from tests.factories import actor

MODES = st.sampled_from([Target.Mode.LIVE, Target.Mode.LIVE, Target.Mode.PAUSED, Target.Mode.DRY_RUN])


class People(Machine):
    @rule(mode=MODES)
    def somebody_turns_it(self, mode: Target.Mode) -> None:
        switch(self.world.target, mode, by=actor())

    @rule(size=st.integers(100, 102))
    def somebody_changes_the_configuration(self, size: int) -> None:
        config = {**self.world.target.config, "members_per_call": size}
        change_target(self.world.target, config=config, by=actor())

    @rule(most=st.sampled_from([1, 20]))
    def somebody_sets_the_guard(self, most: int) -> None:
        change_target(self.world.target, guard_floor=most, guard_percent=0, by=actor())

    @rule(yes=st.booleans())
    def somebody_answers_the_guard(self, yes: bool) -> None:
        with suppress(Refusal):
            if yes:
                allow(self.world.target, by=actor())
            else:
                reject(self.world.target, reason="They are still here.", by=actor())

    @rule(which=WHICH)
    def somebody_replays_one(self, which: int) -> None:
        if replica := chosen(list(self.world.replicas), which):
            replay(self.world.target.replicas.filter(id=replica.id), by=actor())

    @rule()
    def somebody_replays_all(self) -> None:
        replay(self.world.target.replicas.all(), by=actor())
