"""What is delivered first: taking access away, then fresh changes, then what came in bulk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from directory.models import Group, User
from directory.services import change_user, delete_group, delete_user
from downstream.chores import free
from downstream.claims import claim
from downstream.models import Attempt, Rank, Replica, State
from downstream.replay_jobs import start_replay
from downstream.replays import replay
from downstream.selections import Selection
from downstream.settings import change_target
from lib.bulk import analyze
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.factories import actor, make_group, make_user


def delivered(hr: Downstream) -> list[object]:
    """Whose deliveries there were, in order."""
    attempts = Attempt.objects.filter(replica__target=hr.target).order_by("id")
    return [
        attempt.replica.resource.pk for attempt in attempts.select_related("replica__user", "replica__group")
    ]


def forget_deliveries(hr: Downstream) -> None:
    Attempt.objects.filter(replica__target=hr.target).delete()


def rank_of(hr: Downstream, resource: User | Group) -> int:
    return hr.replica(resource).rank


def disable(tenant: Tenant, user: User) -> None:
    change_user(tenant, user.id, lambda document: {**document, "active": False}, by=actor())


def rename(tenant: Tenant, user: User) -> None:
    change_user(tenant, user.id, lambda document: {**document, "displayName": "new"}, by=actor())


def test_disabling_and_deleting_come_first(tenant: Tenant, hr: Downstream) -> None:
    ada, bob, eve = (make_user(tenant, name) for name in ("ada", "bob", "eve"))
    crew = make_group(tenant, "Crew")
    hr.drain()
    forget_deliveries(hr)
    rename(tenant, ada)
    disable(tenant, bob)
    delete_user(tenant, eve.id, by=actor())
    delete_group(tenant, crew.id, by=actor())

    hr.drain()

    assert delivered(hr) == [bob.id, eve.id, crew.id, ada.id]


def test_a_fresh_change_comes_before_a_backfill(tenant: Tenant, hr: Downstream) -> None:
    call_command("seed_directory", tenant.name, "--users=50", "--json")
    ada = make_user(tenant, "ada")

    hr.drain()

    assert delivered(hr)[0] == ada.id
    assert len(delivered(hr)) == 51


def test_a_fresh_change_comes_before_a_replay_of_many(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "bob")
    hr.drain()
    forget_deliveries(hr)
    start_replay(tenant, Selection(state=State.SYNCED), by=actor())
    ada = make_user(tenant, "ada")

    hr.drain()

    assert delivered(hr)[0] == ada.id
    assert len(delivered(hr)) == 2


def test_a_fresh_change_comes_before_what_other_settings_make_due(tenant: Tenant, hr: Downstream) -> None:
    ada, bob = make_user(tenant, "ada"), make_user(tenant, "bob")
    hr.drain()
    forget_deliveries(hr)
    change_target(hr.target, config={"name": f"{hr.target.name} anew"}, by=actor())
    rename(tenant, bob)

    hr.drain()

    assert delivered(hr) == [bob.id, ada.id]


def test_what_other_settings_make_due_in_bulk_leaves_fresh_changes_in_front(
    tenant: Tenant, hr: Downstream
) -> None:
    ada, bob = make_user(tenant, "ada"), make_user(tenant, "bob")
    hr.drain()
    rename(tenant, bob)

    free(hr.target.replicas.all())

    assert (rank_of(hr, ada), rank_of(hr, bob)) == (Rank.BULK, Rank.USUAL)


def test_a_replay_of_many_leaves_what_is_urgent_urgent(tenant: Tenant, hr: Downstream) -> None:
    ada, bob = make_user(tenant, "ada"), make_user(tenant, "bob")
    disable(tenant, ada)

    start_replay(tenant, Selection(state=State.PENDING), by=actor())

    assert rank_of(hr, ada) == Rank.URGENT
    assert rank_of(hr, bob) == Rank.BULK


def test_what_somebody_replays_by_hand_does_not_wait_for_bulk(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.target.replicas.update(rank=Rank.BULK)

    replay(hr.target.replicas.all(), by=actor())

    assert rank_of(hr, ada) == Rank.USUAL


def test_what_is_urgent_stays_so_until_it_is_delivered(tenant: Tenant, hr: Downstream) -> None:
    """A disable that is not delivered yet is not overtaken because a change of the name follows."""
    ada = make_user(tenant, "ada")
    disable(tenant, ada)
    change_user(tenant, ada.id, lambda document: {**document, "active": True}, by=actor())
    while_owed = rank_of(hr, ada)

    hr.drain()
    rename(tenant, ada)

    assert while_owed == Rank.URGENT
    assert rank_of(hr, ada) == Rank.USUAL


def test_a_change_lifts_what_came_in_bulk(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.target.replicas.update(rank=Rank.BULK)

    rename(tenant, ada)

    assert rank_of(hr, ada) == Rank.USUAL


def test_urgent_retries_that_lie_in_the_future_hold_up_nothing(tenant: Tenant, hr: Downstream) -> None:
    ada, bob = make_user(tenant, "ada"), make_user(tenant, "bob")
    later = timezone.now() + timedelta(hours=1)
    hr.target.replicas.filter(user=ada).update(rank=Rank.URGENT, due_at=later)

    claimed = claim(hr.target)

    assert claimed is not None
    assert claimed.replica.user_id == bob.id


@pytest.mark.parametrize("rank", Rank)
def test_a_claim_reads_only_what_is_due(tenant: Tenant, hr: Downstream, rank: Rank) -> None:
    """However many retries lie in the future, the index leads past them, and in the order that is wanted."""
    call_command("seed_directory", tenant.name, "--users=2000")
    hr.target.replicas.update(rank=rank, due_at=timezone.now() + timedelta(hours=1))
    analyze(Replica)

    plan = hr.target.replicas.claimable([rank]).order_by("due_at", "id")[:1].explain()

    assert "replica_due_by_rank" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
