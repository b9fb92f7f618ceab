"""Whatever happens, in any order: in the end the target is what the directory says, and nothing is left over.

A rule is one thing that happens at one moment. Workers stand still at the seams of the real `drain`, so that
anything can happen between any two steps of a delivery.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from downstream.errors import AccessDenied, BadData, Exists, Missing, Throttled, Transient
from tests.downstream.stepping import truths, workers
from tests.downstream.stepping.machine import WHICH, WORKERS, chosen
from tests.downstream.stepping.people import People
from tests.downstream.stepping.providers import Providers
from tests.downstream.stepping.workers import WELL, Order, Seam
from tests.scim.fuzzing.cases import cases

WHO = st.integers(0, WORKERS - 1)
DELAYS = st.sampled_from(
    [timedelta(seconds=1), timedelta(seconds=20), timedelta(seconds=60), timedelta(hours=1)]
)
ERRORS: list[Callable[[], Exception]] = [
    lambda: Transient("It did not answer."),
    lambda: Throttled("Too many calls.", retry_after=30),
    lambda: AccessDenied("The password is wrong."),
    lambda: Exists("Somebody has that."),
    lambda: Missing("It is not there."),
    lambda: BadData("It does not like that."),
    lambda: RuntimeError("A bug."),
]
TIMED_OUT = Order(carried_out=True, error=Transient("It did not answer in time."))


HOLDING = (Seam.CLAIMED, Seam.CALL, Seam.ANSWERED)


class Deliveries(Providers, People):
    """And what workers do, and becomes of them."""

    @rule(who=WHO)
    def a_worker_goes_on(self, who: int) -> None:
        self.world.step(who, WELL)

    @rule(who=WHO)
    def a_worker_comes_to_a_call(self, who: int) -> None:
        """As far as the moment before it, if there is anything to deliver."""
        self.world.step(who, WELL)
        while self.world.workers[who].seam not in (Seam.IDLE, Seam.CALL):
            self.world.step(who, WELL)

    @rule(who=WHO)
    def a_worker_delivers(self, who: int) -> None:
        """As far as the moment before its next claim."""
        self.world.step(who, WELL)
        while self.world.workers[who].seam not in (Seam.IDLE, Seam.FREE):
            self.world.step(who, WELL)

    @precondition(lambda self: self.world.standing_at(Seam.CALL, Seam.CHECK))
    @rule(which=WHICH, error=st.sampled_from(ERRORS))
    def a_call_fails(self, which: int, error: Callable[[], Exception]) -> None:
        who = chosen(self.world.standing_at(Seam.CALL, Seam.CHECK), which)
        self.world.step(who, Order(carried_out=False, error=error()))

    @precondition(lambda self: self.world.standing_at(Seam.CALL))
    @rule(which=WHICH)
    def a_call_is_carried_out_and_nobody_hears_of_it(self, which: int) -> None:
        self.world.step(chosen(self.world.standing_at(Seam.CALL), which), TIMED_OUT)

    @precondition(lambda self: self.world.standing_at(Seam.CALL))
    @rule(which=WHICH)
    def a_call_times_out_and_is_on_its_way(self, which: int) -> None:
        who = chosen(self.world.standing_at(Seam.CALL), which)
        self.world.let_fly(who)
        self.world.step(who, Order(carried_out=False, error=Transient("It did not answer in time.")))

    @precondition(lambda self: self.world.standing_at(*HOLDING))
    @rule(which=WHICH)
    def a_worker_crashes(self, which: int) -> None:
        self.world.crash(chosen(self.world.standing_at(*HOLDING), which))

    @precondition(lambda self: self.world.flying)
    @rule(which=WHICH)
    def a_dead_workers_write_lands(self, which: int) -> None:
        if flying := chosen(self.world.flying, which):
            self.world.land(flying)

    @rule(delay=DELAYS)
    def time_goes_by(self, delay: timedelta) -> None:
        self.world.move_on(delay)

    @invariant()
    def all_is_well(self) -> None:
        truths.no_two_live_leases(self.world)
        truths.nothing_is_left_behind(self.world)


def test_whatever_happens_the_target_is_what_the_directory_says(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers.install(monkeypatch)
    # Always as late as possible: whether something is due must not hang on how fast the test runs.
    monkeypatch.setattr("downstream.policy.random.random", lambda: 1.0)

    run_state_machine_as_test(Deliveries, settings=cases(40))
