"""Whatever happens, in any order: in the end the target is what the directory says, and nothing is left over.

A rule is one thing that happens at one moment. Workers stand still at the seams of the real `drain`, so that
anything can happen between any two steps of a delivery.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from directory.errors import Conflict
from directory.services import change_group, change_user, create_group, create_user, delete_group, delete_user
from downstream.errors import AccessDenied, BadData, Exists, Missing, Throttled, Transient
from downstream.models import State
from downstream.replays import replay
from downstream.services import pause, resume
from lib.documents import Member
from lib.documents.changes import AddMembers, RemoveMembers
from tests.downstream.stepping import truths, workers
from tests.downstream.stepping.workers import WELL, Order, Seam
from tests.downstream.stepping.world import World
from tests.factories import GROUP_SCHEMA, actor, user_document
from tests.scim.fuzzing.cases import cases

WORKERS = 3
ROUNDS = 30
NAMES = st.sampled_from(["ada", "bob", "cyd"])
TEAMS = st.sampled_from(["Engineers", "Finance"])
TITLES = st.sampled_from(["Dr", "Prof", "Sir"])
WHICH = st.integers(0, 7)
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


class Deliveries(RuleBasedStateMachine):
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

    # What identity providers ask for.

    @rule(name=NAMES)
    def create_a_user(self, name: str) -> None:
        self.unless_taken(lambda: create_user(self.world.tenant, user_document(name), by=actor()))

    @rule(
        which=WHICH,
        change=st.one_of(
            NAMES.map(lambda name: {"userName": name}),
            TITLES.map(lambda title: {"displayName": title}),
            st.booleans().map(lambda active: {"active": active}),
        ),
    )
    def change_a_user(self, which: int, change: dict[str, Any]) -> None:
        if user := chosen(self.world.users, which):
            self.unless_taken(
                lambda: change_user(self.world.tenant, user.id, lambda old: {**old, **change}, by=actor())
            )

    @rule(which=WHICH)
    def delete_a_user(self, which: int) -> None:
        if user := chosen(self.world.users, which):
            delete_user(self.world.tenant, user.id, by=actor())

    @rule(name=TEAMS)
    def create_a_group(self, name: str) -> None:
        if name not in [group.display_name for group in self.world.groups]:
            create_group(self.world.tenant, {"schemas": [GROUP_SCHEMA], "displayName": name}, by=actor())

    @rule(which=WHICH, name=TEAMS)
    def rename_a_group(self, which: int, name: str) -> None:
        group = chosen(self.world.groups, which)
        if group and name not in [other.display_name for other in self.world.groups]:
            change_group(self.world.tenant, group.id, lambda old: {**old, "displayName": name}, by=actor())

    @rule(which=WHICH)
    def delete_a_group(self, which: int) -> None:
        if group := chosen(self.world.groups, which):
            delete_group(self.world.tenant, group.id, by=actor())

    @rule(which=WHICH, member=WHICH, comes=st.booleans())
    def change_a_member(self, which: int, member: int, comes: bool) -> None:
        group, user = chosen(self.world.groups, which), chosen(self.world.users, member)
        if group and user:
            change = AddMembers((Member(str(user.id)),)) if comes else RemoveMembers((str(user.id),))
            change_group(self.world.tenant, group.id, lambda old: old, [change], by=actor())

    # What workers do, and what becomes of them.

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

    # What people do.

    @rule(paused=st.booleans())
    def somebody_pauses_or_resumes(self, paused: bool) -> None:
        switch = pause if paused else resume
        switch(self.world.target, by=actor())

    @rule(which=WHICH)
    def somebody_replays_one(self, which: int) -> None:
        if replica := chosen(list(self.world.replicas), which):
            replay(self.world.target.replicas.filter(id=replica.id), by=actor())

    @rule()
    def somebody_replays_all(self) -> None:
        replay(self.world.target.replicas.all(), by=actor())

    # What must be true at any moment.

    @invariant()
    def all_is_well(self) -> None:
        truths.no_two_live_leases(self.world)
        truths.nothing_is_left_behind(self.world)

    # And in the end.

    def heal(self) -> None:
        """All faults are over. What still flies lands at the worst moment: when all seems to be well."""
        resume(self.world.target, by=actor())
        self.drain()
        for flying in list(self.world.flying):
            self.world.land(flying)
        for _ in range(ROUNDS):
            self.world.move_on(timedelta(minutes=31))
            self.drain()
            parked = self.world.target.replicas.filter(state=State.PARKED)
            if parked.exists():
                replay(parked, by=actor())
            elif not self.world.target.replicas.exclude(due_at=None).exists():
                break
        truths.target_equals_directory(self.world)

    def drain(self) -> None:
        for who in range(WORKERS):
            while self.world.workers[who].seam != Seam.IDLE:
                self.world.step(who, WELL)
        self.world.drain()

    def unless_taken(self, change: Callable[[], object]) -> None:
        try:
            change()
        except Conflict:
            return


def chosen(among: list[Any], which: int) -> Any:
    """None if there is nobody to choose from."""
    return among[which % len(among)] if among else None


@pytest.mark.timeout(600)
def test_whatever_happens_the_target_is_what_the_directory_says(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers.install(monkeypatch)
    # Always as late as possible: whether something is due must not hang on how fast the test runs.
    monkeypatch.setattr("downstream.policy.random.random", lambda: 1.0)

    run_state_machine_as_test(Deliveries, settings=cases(40))
