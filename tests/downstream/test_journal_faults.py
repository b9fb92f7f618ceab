"""Journals under fault: refusals, lost answers, dead and late workers, replays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.sealing import seal_all
from directory.services import change_user
from downstream.claims import claim
from downstream.event_delivery import deliver_event
from downstream.event_feed import events_of
from downstream.models import Attempt, State
from downstream.policy import CRASHES_ALLOWED
from downstream.replays import replay
from tenants.models import Tenant
from tests.downstream.hooks import Hook, endpoint_of, taken
from tests.downstream.test_delivery import rename
from tests.factories import actor, make_user

CREATED, UPDATED = "user.lifecycle.create", "user.account.update_profile"


def test_a_refused_event_stops_its_own_resource_only(tenant: Tenant, hook: Hook) -> None:
    ada, bob = make_user(tenant, "ada"), make_user(tenant, "bob")
    hook.receiver.refusing["ada@example.com"] = 422
    change_user(tenant, ada.id, rename("Ada"), by=actor())
    change_user(tenant, bob.id, rename("Bob"), by=actor())
    hook.drain()
    before = list(hook.types)

    hook.receiver.refusing.clear()
    hook.receiver.received.clear()
    parked = hook.replica(ada).state
    replay(hook.target.replicas.filter(user=ada), by=actor())
    hook.drain()

    assert sorted(before) == [UPDATED, CREATED, CREATED]
    assert (parked, hook.replica(bob).state) == (State.PARKED, State.SYNCED)
    assert hook.types == [CREATED, UPDATED]


@pytest.mark.parametrize(
    ("status", "state", "error_class"),
    [
        (500, State.RETRYING, "transient"),
        (408, State.RETRYING, "transient"),
        (410, State.PARKED, "data"),
        (413, State.PARKED, "data"),
        (401, State.PENDING, "access"),
        (404, State.PENDING, "access"),
        (301, State.PENDING, "access"),
    ],
)
def test_each_answer_has_its_remedy(
    tenant: Tenant, hook: Hook, status: int, state: State, error_class: str
) -> None:
    hook.receiver.answers = [(status, {})]
    ada = make_user(tenant, "ada")

    hook.drain()

    replica = hook.replica(ada)
    assert (replica.state, replica.error_class, replica.delivered) == (state, error_class, 0)


def test_a_receiver_that_asks_for_a_pause_gets_it(tenant: Tenant, hook: Hook) -> None:
    hook.receiver.answers = [(429, {"Retry-After": "600"}), (204, {})]
    ada = make_user(tenant, "ada")

    hook.drain()
    hook.target.refresh_from_db()
    waits = hook.target.retry_at
    hook.retry_now()
    hook.drain()

    assert waits is not None
    assert timedelta(minutes=9) < waits - timezone.now() < timedelta(minutes=11)
    # A check comes before the first delivery after trouble.
    assert hook.types == [CREATED, "connector.test", CREATED]
    assert hook.replica(ada).failures == 0


def test_after_a_lost_answer_the_same_id_comes_again(tenant: Tenant, hook: Hook) -> None:
    hook.receiver.answers = [(500, {}), (204, {})]
    make_user(tenant, "ada")

    hook.drain()
    hook.retry_now()
    hook.drain()

    first, second = hook.ids
    assert first == second


def test_a_crash_between_sending_and_verdict_repeats_that_event_only(tenant: Tenant, hook: Hook) -> None:
    ada = make_user(tenant, "ada")
    hook.drain()
    change_user(tenant, ada.id, rename("Ada"), by=actor())
    seal_all()
    event = events_of(taken(hook).replica).last()
    assert event is not None
    with endpoint_of(hook) as journal:
        journal.send({"type": "as the dead worker sent it"}, id=str(event.uuid))

    hook.target.replicas.update(lease_until=timezone.now() - timedelta(seconds=1))
    hook.drain()

    assert len(hook.ids) == 3
    assert hook.ids[1] == hook.ids[2] == str(event.uuid)
    assert (hook.replica(ada).state, hook.replica(ada).due_at) == (State.SYNCED, None)


def test_a_finisher_whose_lease_was_taken_over_changes_nothing(tenant: Tenant, hook: Hook) -> None:
    ada = make_user(tenant, "ada")
    late = taken(hook)
    hook.target.replicas.update(lease_until=timezone.now() - timedelta(seconds=1))
    hook.drain()
    change_user(tenant, ada.id, rename("Ada"), by=actor())
    hook.drain()
    cursor = hook.replica(ada).delivered

    with endpoint_of(hook) as journal:
        deliver_event(late, journal)
    hook.drain()

    assert hook.replica(ada).delivered == cursor
    assert hook.ids[-1] == hook.ids[0]
    assert Attempt.objects.filter(replica__target=hook.target, outcome="late").count() == 1
    assert hook.replica(ada).state == State.SYNCED


def test_what_stops_workers_is_parked(tenant: Tenant, hook: Hook) -> None:
    ada = make_user(tenant, "ada")
    for _ in range(CRASHES_ALLOWED):
        claim(hook.target)
        hook.target.replicas.update(lease_until=timezone.now() - timedelta(seconds=1))

    hook.drain()

    assert (hook.replica(ada).state, hook.replica(ada).error_class) == (State.PARKED, "crash")
    assert hook.messages == []


def test_a_replay_sends_the_last_event_again_under_its_id(tenant: Tenant, hook: Hook) -> None:
    ada = make_user(tenant, "ada")
    change_user(tenant, ada.id, rename("Ada"), by=actor())
    hook.drain()

    for _ in range(2):
        replay(hook.target.replicas.filter(user=ada), by=actor())
        hook.drain()
        hook.drain()

    assert hook.types == [CREATED, UPDATED, UPDATED, UPDATED]
    assert hook.ids[1] == hook.ids[2] == hook.ids[3]
    assert hook.replica(ada).attempts.count() == 4


def test_a_replay_while_the_event_is_under_way_is_not_lost(tenant: Tenant, hook: Hook) -> None:
    ada = make_user(tenant, "ada")
    claimed = taken(hook)
    replay(hook.target.replicas.filter(user=ada), by=actor())

    with endpoint_of(hook) as journal:
        deliver_event(claimed, journal)
    hook.drain()

    assert hook.ids == [hook.ids[0]] * 2
    assert hook.replica(ada).state == State.SYNCED


def test_a_change_while_the_event_is_under_way_comes_next(tenant: Tenant, hook: Hook) -> None:
    ada = make_user(tenant, "ada")
    claimed = taken(hook)

    with endpoint_of(hook) as journal:
        change_user(tenant, ada.id, rename("Ada"), by=actor())
        deliver_event(claimed, journal)
    hook.drain()

    assert hook.types == [CREATED, UPDATED]
    assert hook.replica(ada).state == State.SYNCED


def test_a_resource_that_was_read_too_early_is_read_again(tenant: Tenant, hook: Hook) -> None:
    ada = make_user(tenant, "ada")
    hook.drain()
    replay(hook.target.replicas.filter(user=ada), by=actor())
    claimed = taken(hook)
    before = claimed.replica.resource.version
    change_user(tenant, ada.id, rename("Countess"), by=actor())

    with endpoint_of(hook) as journal:
        deliver_event(claimed, journal)

    told = hook.messages[-1]["data"]
    assert before == 1
    assert (told["resource"]["displayName"], told["resourceAsOf"]) == ("Countess", "event")
