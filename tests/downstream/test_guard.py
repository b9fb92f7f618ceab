"""The deletion guard: more than max(floor, percent) of a target's accounts within an hour need a person."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from directory.models import User
from directory.services import change_user, delete_group
from downstream.engine import drain
from downstream.models import Replica, State, Target
from downstream.replays import replay
from downstream.settings import change_target
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.removals import delete, people, states, told
from tests.downstream.test_delivery import rename, switch
from tests.factories import actor, make_group, make_user


def test_so_many_are_removed_and_the_others_are_held(tenant: Tenant, guarded: Downstream) -> None:
    users = people(tenant, guarded, 5)

    delete(users)
    guarded.drain()

    assert states(guarded, users) == [State.SYNCED] * 2 + [State.HELD] * 3
    assert len(guarded.store.accounts) == 3
    assert guarded.target.replicas.held().filter(due_at=None).count() == 3
    assert Target.objects.get(id=guarded.target.id).guard_since is not None
    assert told(guarded) == ["hold"]


def test_of_a_large_target_a_part_may_go(tenant: Tenant, guarded: Downstream) -> None:
    """A tenth of 40, those removed meanwhile among them, is 4."""
    users = people(tenant, guarded, 40)

    delete(users[:6])
    guarded.drain()

    assert states(guarded, users[:6]) == [State.SYNCED] * 4 + [State.HELD] * 2


def test_disabling_counts_like_removing_and_each_account_once(tenant: Tenant, guarded: Downstream) -> None:
    users = people(tenant, guarded, 4)
    for user in users[:2]:
        change_user(tenant, user.id, switch(False), by=actor())
    guarded.drain()

    delete(users[:3])
    guarded.drain()

    assert states(guarded, users) == [State.SYNCED, State.SYNCED, State.HELD, State.SYNCED]


def test_what_was_an_hour_ago_does_not_count(tenant: Tenant, guarded: Downstream) -> None:
    users = people(tenant, guarded, 5)
    delete(users[:2])
    guarded.drain()
    Replica.objects.exclude(taken_away_at=None).update(taken_away_at=timezone.now() - timedelta(hours=1))

    delete(users[2:])
    guarded.drain()

    assert states(guarded, users) == [State.SYNCED] * 4 + [State.HELD]


def test_who_comes_back_does_not_count_either(tenant: Tenant, guarded: Downstream) -> None:
    users = people(tenant, guarded, 5)
    for active in (False, True):
        for user in users[:2]:
            change_user(tenant, user.id, switch(active), by=actor())
        guarded.drain()

    delete(users[2:4])
    guarded.drain()

    assert states(guarded, users) == [State.SYNCED] * 5


def test_groups_and_what_never_had_an_account_are_not_held(tenant: Tenant, guarded: Downstream) -> None:
    groups = [make_group(tenant, f"group{index}") for index in range(4)]
    guarded.drain()

    for group in groups:
        delete_group(tenant, group.id, by=actor())
    delete([make_user(tenant, f"nobody{index}") for index in range(4)])
    guarded.drain()

    assert guarded.store.accounts == {}
    assert not guarded.target.replicas.exclude(state=State.SYNCED).exists()


@pytest.mark.parametrize(("floor", "percent", "held"), [(0, 0, 0), (0, 50, 2), (3, 0, 1)])
def test_both_settings_at_nought_switch_it_off(
    tenant: Tenant, guarded: Downstream, floor: int, percent: int, held: int
) -> None:
    change_target(guarded.target, guard_floor=floor, guard_percent=percent, by=actor())
    users = people(tenant, guarded, 4)

    delete(users)
    guarded.drain()

    assert guarded.target.replicas.held().count() == held


def test_what_is_held_stays_so_in_a_version_that_takes_away_too(tenant: Tenant, guarded: Downstream) -> None:
    users = people(tenant, guarded, 3)
    for user in users:
        change_user(tenant, user.id, switch(False), by=actor())
    guarded.drain()
    Replica.objects.exclude(taken_away_at=None).update(taken_away_at=timezone.now() - timedelta(hours=2))

    delete(users[2:])
    guarded.drain()

    assert states(guarded, users) == [State.SYNCED, State.SYNCED, State.HELD]


def test_a_reactivation_goes_through_while_others_are_held(tenant: Tenant, guarded: Downstream) -> None:
    users = people(tenant, guarded, 4)
    for user in users:
        change_user(tenant, user.id, switch(False), by=actor())
    guarded.drain()

    change_user(tenant, users[3].id, switch(True), by=actor())
    change_user(tenant, users[3].id, rename("Back again"), by=actor())
    guarded.drain()

    assert states(guarded, users) == [State.SYNCED, State.SYNCED, State.HELD, State.SYNCED]
    assert guarded.account(users[3])["displayName"] == "Back again"
    assert guarded.replica(users[3]).held_since is None


def test_when_everybody_held_has_come_back_nothing_is_left_to_decide(
    tenant: Tenant, guarded: Downstream
) -> None:
    users = people(tenant, guarded, 4)
    for user in users:
        change_user(tenant, user.id, switch(False), by=actor())
    guarded.drain()

    since = []
    for user in users[2:]:
        change_user(tenant, user.id, switch(True), by=actor())
        guarded.drain()
        since.append(Target.objects.get(id=guarded.target.id).guard_since)

    assert since[0] is not None
    assert since[1] is None


def test_a_replay_does_not_pass_the_guard(tenant: Tenant, guarded: Downstream) -> None:
    users = people(tenant, guarded, 3)
    delete(users)
    guarded.drain()

    replay(guarded.target.replicas.held(), by=actor())
    guarded.drain()

    assert states(guarded, users)[2] == State.HELD


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_let_no_more_through(tenant: Tenant, guarded: Downstream) -> None:
    users = people(tenant, guarded, 12)
    delete(users)

    def work() -> None:
        try:
            drain(guarded.target.id, budget=timedelta(seconds=20))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    guarded.drain()

    assert len(guarded.store.accounts) == 10
    assert guarded.target.replicas.held().count() == 10
    assert told(guarded) == ["hold"]


def test_a_stranger_s_removals_count_for_nobody_else(
    tenant: Tenant, guarded: Downstream, stranger: Downstream
) -> None:
    stranger.drain()
    delete(User.objects.filter(tenant=stranger.target.tenant))
    users = people(tenant, guarded, 3)

    delete(users[:2])
    guarded.drain()
    stranger.drain()

    assert not Replica.objects.held().exists()
