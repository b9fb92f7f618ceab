"""Several replicas in one hand: quicker, and no promise is weaker for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from directory.models import User
from directory.services import change_user
from downstream import claims, engine
from downstream.claims import Hand, take
from downstream.connectors import REGISTRY
from downstream.connectors.memory import MemoryConfig, MemoryConnector
from downstream.errors import ErrorClass, Throttled
from downstream.models import Attempt, State, Target
from downstream.policy import CRASHES_ALLOWED
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.factories import actor, make_user


def let_the_leases_run_out(hr: Downstream) -> None:
    hr.target.replicas.exclude(lease=None).update(lease_until=timezone.now() - timedelta(seconds=1))


def watch_sizes(hr: Downstream, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How much the engine asks for, each time."""
    sizes: list[int] = []

    def watched(target: Target, *, most: int) -> Hand:
        sizes.append(most)
        return take(target, most=most)

    monkeypatch.setattr(engine, "take", watched)
    return sizes


def names(hand: Hand) -> list[str]:
    return [claimed.replica.name_key for claimed in hand.claims]


@pytest.fixture
def users(tenant: Tenant, hr: Downstream) -> list[str]:
    created = [f"user{number}" for number in range(6)]
    for name in created:
        make_user(tenant, name)
    return created


def test_a_hand_is_one_call_at_a_time_and_counts_as_one(hr: Downstream, users: list[str]) -> None:
    hr.target.concurrency = 2
    hr.target.save()

    hands = [take(hr.target, most=2) for _ in range(3)]

    assert [names(hand) for hand in hands] == [users[:2], users[2:4], []]


def test_a_quick_target_is_brought_what_is_due_in_few_hands(
    hr: Downstream, users: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "HAND_SECONDS", 100.0)
    sizes = watch_sizes(hr, monkeypatch)

    hr.drain()

    assert sizes == [1, engine.MOST_IN_HAND, engine.MOST_IN_HAND]
    assert set(hr.target.replicas.values_list("state", flat=True)) == {State.SYNCED}


def test_of_a_slow_target_no_more_is_taken_than_can_be_called(
    hr: Downstream, users: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = watch_sizes(hr, monkeypatch)
    hr.store.delay = 0.12

    hr.drain()

    assert set(sizes) == {1}


def test_who_was_in_the_hand_of_a_dead_worker_is_taken_alone(hr: Downstream, users: list[str]) -> None:
    take(hr.target, most=3)
    let_the_leases_run_out(hr)

    assert names(take(hr.target, most=6)) == users[:1]


def test_one_that_stops_workers_takes_nobody_along(tenant: Tenant, hr: Downstream, users: list[str]) -> None:
    poison = users[1]
    for _ in range(CRASHES_ALLOWED + len(users)):
        hand = take(hr.target, most=6)
        if poison in names(hand):
            # The worker dies: nothing of its hand is delivered.
            let_the_leases_run_out(hr)
            continue
        claims.release(hand.claims)
        hr.target.replicas.filter(id__in=[one.replica.id for one in hand.claims]).update(
            crashes=0, due_at=None
        )
    hr.target.replicas.exclude(user__user_name_key=poison).stir()

    hr.drain()

    parked = hr.target.replicas.filter(error_class=ErrorClass.CRASH)
    assert [replica.name_key for replica in parked] == [poison]
    assert hr.target.replicas.filter(state=State.PARKED).count() == 1


def test_when_the_target_has_trouble_the_rest_of_the_hand_is_given_back_untouched(
    hr: Downstream, users: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "HAND_SECONDS", 100.0)
    hr.target.replicas.filter(user__user_name_key=users[0]).update(due_at=None)
    hr.store.errors.append(Throttled("Slowly.", retry_after=60))

    hr.drain()

    assert Attempt.objects.filter(replica__target=hr.target).count() == 1
    assert hr.target.replicas.filter(lease=None, failures=0, crashes=0).count() == len(users)


def test_a_delivery_that_breaks_off_takes_nobody_along(
    hr: Downstream, users: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "HAND_SECONDS", 100.0)
    User.objects.filter(tenant=hr.target.tenant, user_name_key=users[1]).update(document=["no", "document"])

    with pytest.raises(TypeError):
        hr.drain()

    assert hr.store.writes == 1
    held = hr.target.replicas.exclude(lease=None)
    assert [replica.name_key for replica in held] == users[1:2]


def test_a_hand_that_has_grown_old_is_given_back(
    hr: Downstream, users: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its leases might end during a call."""
    monkeypatch.setattr(claims, "LEASE_TO_SPARE", -1.0)
    hand = take(hr.target, most=4)

    engine._deliver_all(hand, hr.target, MemoryConnector(MemoryConfig(**hr.target.settings), time_limit=1))

    assert hr.store.writes == 1
    assert hr.target.replicas.claimable().count() == len(users) - 1


def test_a_change_during_the_hand_is_delivered_too(
    tenant: Tenant, hr: Downstream, users: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last of a hand is changed while the first is delivered: what was read of it is old."""
    last = hr.target.replicas.get(user__user_name_key=users[-1]).resource
    monkeypatch.setattr(engine, "HAND_SECONDS", 100.0)

    class Changes(MemoryConnector):
        changed = 0

        def put(self, *arguments, **options):  # type: ignore[no-untyped-def]  # whatever the contract says
            if Changes.changed < 2:
                Changes.changed += 1
                name = f"new {Changes.changed}"
                change_user(tenant, last.pk, lambda document: {**document, "displayName": name}, by=actor())
            return super().put(*arguments, **options)

    monkeypatch.setitem(REGISTRY, "memory", Changes)

    hr.drain()

    assert hr.account(last)["displayName"] == "new 2"
    assert not hr.target.replicas.exclude(due_at=None).exists()
