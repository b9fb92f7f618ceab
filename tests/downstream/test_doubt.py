"""What nobody can be sure of: failed calls that were carried out, entries that are somebody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from directory.models import Group, User
from directory.services import change_user, delete_user
from downstream.claims import claim
from downstream.connectors import REGISTRY
from downstream.connectors.base import NONE, Overrides, Written
from downstream.connectors.memory import MemoryConnector
from downstream.errors import Exists, Transient
from downstream.journal import Tried
from downstream.models import State
from downstream.policy import CRASHES_ALLOWED
from downstream.replays import replay
from downstream.verdicts import succeed
from downstream.work import prepare
from lib.documents import Document
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.test_claims import let_the_lease_run_out, taken
from tests.downstream.test_delivery import rename
from tests.factories import actor, make_group, make_user


class AnswersTooLate(MemoryConnector):
    """Carries the call out, and says that it could not."""

    def put(self, document: Document, remote_id: str | None, *, overrides: Overrides = NONE) -> Written:
        super().put(document, remote_id, overrides=overrides)
        raise Transient("It did not answer in time.")


def give_the_entry_to(hr: Downstream, owner: User, name: str) -> str:
    """Over there the owner's entry is found by the other's name: both have the same e-mail address, say."""
    remote_id = hr.replica(owner).remote_id
    hr.store.accounts[remote_id]["userName"] = name
    return remote_id


def test_a_change_that_failed_and_was_taken_back_is_written_all_the_same(
    tenant: Tenant, hr: Downstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The failed call may have been carried out: what the target has is not known any more."""
    ada = make_user(tenant, "ada", displayName="Ada")
    hr.drain()
    change_user(tenant, ada.id, rename("Somebody"), by=actor())
    with monkeypatch.context() as patched:
        patched.setitem(REGISTRY, "memory", AnswersTooLate)
        hr.drain()

    change_user(tenant, ada.id, rename("Ada"), by=actor())
    hr.drain()

    assert hr.account(ada)["displayName"] == "Ada"


def test_a_replay_during_a_delivery_writes_once_more(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    claimed = taken(hr)
    claimed.replica.target = hr.target
    work = prepare(claimed.replica)

    replay(hr.target.replicas.filter(user=ada), by=actor())
    succeed(claimed, Tried(work), "7")
    hr.drain()

    assert hr.store.writes == 1
    assert hr.replica(ada).state == State.SYNCED


def test_an_entry_that_another_user_wrote_over_is_put_right(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.drain()
    remote_id = give_the_entry_to(hr, ada, "bob")

    bob = make_user(tenant, "bob")
    hr.drain()

    assert hr.replica(bob).state == State.PARKED
    assert hr.store.accounts[remote_id]["id"] == str(ada.id)


def test_a_deleted_user_who_never_had_an_account_takes_nobody_elses_away(
    tenant: Tenant, hr: Downstream
) -> None:
    ada, bob = make_user(tenant, "ada"), make_user(tenant, "bob")
    hr.store.errors += [Exists("Somebody else has the address.")] * 2
    hr.drain()
    replay(hr.target.replicas.filter(user=ada), by=actor())
    hr.drain()
    remote_id = give_the_entry_to(hr, ada, "bob")

    delete_user(tenant, bob.id, by=actor())
    hr.drain()

    assert remote_id in hr.store.accounts
    assert hr.replica(bob).state == State.SYNCED


def test_an_account_that_a_failed_call_made_is_removed_although_a_replay_forgot_the_failure(
    tenant: Tenant, hr: Downstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = make_user(tenant, "ada")
    with monkeypatch.context() as patched:
        patched.setitem(REGISTRY, "memory", AnswersTooLate)
        hr.drain()
    replay(hr.target.replicas.filter(user=ada), by=actor())

    delete_user(tenant, ada.id, by=actor())
    hr.drain()

    assert hr.store.accounts == {}


def test_a_replay_of_a_removal_that_was_done_removes_nothing_more(tenant: Tenant, hr: Downstream) -> None:
    """Whoever has that name over there by now was not made by Lockstep."""
    ada = make_user(tenant, "ada")
    hr.drain()
    delete_user(tenant, ada.id, by=actor())
    hr.drain()
    hr.store.accounts["by hand"] = {"userName": "ada", "meta": {"resourceType": "User"}}

    replay(hr.target.replicas.all(), by=actor())
    hr.drain()

    assert "by hand" in hr.store.accounts


def test_a_change_after_a_takeover_does_not_end_the_doubt(tenant: Tenant, hr: Downstream) -> None:
    """The dead worker's write may land after the change's as well."""
    ada = make_user(tenant, "ada")
    taken(hr)
    let_the_lease_run_out(hr)
    hr.drain()
    change_user(tenant, ada.id, rename("new"), by=actor())
    hr.drain()
    hr.account(ada)["displayName"] = "old, from the dead worker"

    hr.retry_now()
    hr.drain()

    assert hr.account(ada)["displayName"] == "new"
    assert hr.replica(ada).due_at is None
    assert hr.replica(ada).doubtful_until is None


def test_a_takeover_of_a_waiting_group_waits_as_long_as_the_dead_workers_call_may_take(
    tenant: Tenant, hr: Downstream
) -> None:
    hr.target.time_limit = 60
    hr.target.save(update_fields=["time_limit"])
    group = group_of_one_refused(tenant, hr)
    hr.target.replicas.filter(group=group).stir()
    claimed = claim(hr.target)
    assert claimed is not None
    let_the_lease_run_out(hr)

    hr.drain()

    replica = hr.replica(group)
    assert replica.due_at is not None and replica.applied_at is not None
    assert replica.due_at - replica.applied_at >= hr.target.lease_time - timedelta(seconds=1)


def group_of_one_refused(tenant: Tenant, hr: Downstream) -> Group:
    bob = make_user(tenant, "bob")
    hr.store.refused.add("bob")
    group = make_group(tenant, "Engineers", bob)
    hr.drain()
    return group


def test_a_new_version_of_what_stopped_workers_is_tried(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    for _ in range(CRASHES_ALLOWED):
        taken(hr)
        let_the_lease_run_out(hr)
    hr.drain()

    change_user(tenant, ada.id, rename("Ada"), by=actor())
    hr.drain()

    assert hr.account(ada)["displayName"] == "Ada"


def test_a_call_that_timed_out_and_is_carried_out_after_a_newer_one_does_not_stay(
    tenant: Tenant, hr: Downstream
) -> None:
    ada = make_user(tenant, "ada")
    hr.drain()
    change_user(tenant, ada.id, rename("old"), by=actor())
    hr.store.errors.append(Transient("It did not answer in time."))
    hr.drain()
    change_user(tenant, ada.id, rename("new"), by=actor())
    hr.drain()
    hr.account(ada)["displayName"] = "old"

    hr.retry_now()
    hr.drain()

    assert hr.account(ada)["displayName"] == "new"
    assert hr.replica(ada).due_at is None


def test_a_late_finisher_does_not_end_the_doubt_about_another_dead_worker(
    tenant: Tenant, hr: Downstream
) -> None:
    ada = make_user(tenant, "ada")
    late = taken(hr)
    late.replica.target = hr.target
    let_the_lease_run_out(hr)
    taken(hr)
    let_the_lease_run_out(hr)
    taken(hr)
    until = hr.replica(ada).doubtful_until
    work = prepare(late.replica)

    succeed(late, Tried(work), "7")

    assert hr.replica(ada).doubtful_until == until
