"""Leases and fences: workers that die, hang and come late."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from directory.services import change_user
from downstream.claims import Claim, claim, finish
from downstream.errors import ErrorClass
from downstream.journal import Tried
from downstream.models import Attempt, Replica, State
from downstream.policy import CRASHES_ALLOWED
from downstream.verdicts import succeed
from downstream.work import prepare
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.factories import actor, make_user


def taken(hr: Downstream) -> Claim:
    claimed = claim(hr.target)
    assert claimed is not None
    return claimed


def let_the_lease_run_out(hr: Downstream) -> None:
    hr.target.replicas.update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_second_worker_makes_no_second_attempt(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "ada")
    taken(hr)

    second = claim(hr.target)

    assert second is None


def test_no_more_calls_at_once_than_the_target_allows(tenant: Tenant, hr: Downstream) -> None:
    for number in range(6):
        make_user(tenant, f"user{number}")

    claims = [claim(hr.target) for _ in range(6)]

    assert sum(claimed is not None for claimed in claims) == hr.target.concurrency


def test_a_dead_workers_delivery_is_taken_over_when_its_lease_has_run_out(
    tenant: Tenant, hr: Downstream
) -> None:
    ada = make_user(tenant, "ada")
    taken(hr)
    let_the_lease_run_out(hr)

    hr.drain()

    assert hr.account(ada)["userName"] == "ada"


def test_a_takeover_writes_twice_because_the_dead_workers_write_may_still_land(
    tenant: Tenant, hr: Downstream
) -> None:
    ada = make_user(tenant, "ada", displayName="new")
    taken(hr)
    let_the_lease_run_out(hr)
    hr.drain()
    # The dead worker's old write lands only now.
    hr.store.accounts[hr.replica(ada).remote_id]["displayName"] = "old"

    hr.retry_now()
    hr.drain()

    assert hr.account(ada)["displayName"] == "new"
    assert hr.replica(ada).due_at is None


def test_a_late_finisher_changes_nothing_and_leaves_it_due(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    late = taken(hr)
    let_the_lease_run_out(hr)
    hr.drain()
    known = hr.replica(ada).remote_id

    late.replica.target = hr.target
    succeed(late, Tried(prepare(late.replica)), "somewhere else")

    replica = hr.replica(ada)
    assert replica.remote_id == known
    assert replica.doubtful_until is not None
    assert replica.due_at is not None
    assert Attempt.objects.filter(replica=replica, outcome=Attempt.Outcome.LATE).count() == 1


def test_a_newer_version_that_arrives_during_a_delivery_leaves_it_due(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    claimed = taken(hr)
    claimed.replica.target = hr.target
    work = prepare(claimed.replica)
    change_user(tenant, ada.id, lambda document: {**document, "displayName": "new"}, by=actor())

    succeed(claimed, Tried(work), "7")

    replica = hr.replica(ada)
    assert (replica.applied, replica.desired, replica.state) == (1, 2, State.PENDING)
    assert replica.due_at is not None


def test_a_nudge_during_a_delivery_is_not_lost(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    claimed = taken(hr)
    hr.target.replicas.filter(user=ada).stir()

    finish(claimed, state=State.SYNCED, due_at=None)

    assert Replica.objects.claimable().filter(user=ada).exists()


def test_what_stops_workers_again_and_again_is_parked(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    for _ in range(CRASHES_ALLOWED):
        taken(hr)
        let_the_lease_run_out(hr)

    hr.drain()

    assert (hr.replica(ada).state, hr.replica(ada).error_class) == (State.PARKED, ErrorClass.CRASH)
    assert hr.store.writes == 0
