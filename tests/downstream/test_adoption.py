"""Accounts that exist already, that vanished, and that a call made whose end nobody saw."""

from __future__ import annotations

from typing import Any

import pytest

from directory.models import User
from directory.services import change_user, delete_user
from directory.services.users import Edit
from downstream.connectors import REGISTRY
from downstream.errors import BadData, Exists, Transient
from downstream.models import Attempt, State
from downstream.trials import note
from downstream.work import prepare
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.poor_targets import Lies, Strict
from tests.downstream.test_claims import let_the_lease_run_out, taken
from tests.downstream.test_delivery import rename
from tests.factories import actor, make_user
from tests.log import log_events

SOMEBODY: dict[str, Any] = {"userName": "ada", "meta": {"resourceType": "User"}}


@pytest.fixture
def lying(monkeypatch: pytest.MonkeyPatch) -> None:
    Lies.lied.clear()
    monkeypatch.setitem(REGISTRY, "memory", Lies)


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REGISTRY, "memory", Strict)


def named(user_name: str) -> Edit:
    return lambda document: {**document, "userName": user_name}


def deliver_until_certain(hr: Downstream) -> None:
    """Also what waits until it is certain what became of an earlier call."""
    for _ in range(3):
        hr.drain()
        hr.retry_now()


def operations(user: User) -> list[str]:
    return list(Attempt.objects.filter(replica__user=user).order_by("id").values_list("operation", flat=True))


def pushes(hr: Downstream) -> list[tuple[str, str]]:
    events = (
        log_events().about_target(hr.target.id).filter(event_type__startswith="application.provision.user")
    )
    return [
        (event.event_type.rpartition(".")[2], event.document["debugContext"]["debugData"]["operation"])
        for event in events.order_by("id")
    ]


def test_an_account_that_exists_is_adopted_and_told_so(tenant: Tenant, hr: Downstream) -> None:
    hr.store.accounts["7"] = dict(SOMEBODY)
    ada = make_user(tenant, "ada")

    hr.drain()

    assert hr.replica(ada).remote_id == "7"
    assert operations(ada) == ["adopt"]
    assert pushes(hr) == [("push_profile", "adopt")]


def test_an_account_that_vanished_is_created_again_once_and_told_so(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.drain()
    hr.store.accounts.clear()
    change_user(tenant, ada.id, rename("Ada"), by=actor())

    hr.drain()
    again = hr.drain()

    assert len(hr.store.accounts) == 1
    assert hr.account(ada)["displayName"] == "Ada"
    assert (operations(ada), again) == (["create", "recreate"], 0)
    assert pushes(hr) == [("push", "create"), ("push", "recreate")]


@pytest.mark.usefixtures("strict")
def test_a_target_that_says_exists_is_read_and_its_account_adopted(tenant: Tenant, hr: Downstream) -> None:
    hr.store.accounts["7"] = dict(SOMEBODY)
    ada = make_user(tenant, "ada")

    hr.drain()

    assert (hr.replica(ada).state, hr.replica(ada).remote_id) == (State.SYNCED, "7")
    assert list(hr.store.accounts) == ["7"]


@pytest.mark.usefixtures("strict")
def test_a_target_that_says_missing_gets_the_account_again(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.drain()
    hr.store.accounts.clear()
    change_user(tenant, ada.id, rename("Ada"), by=actor())

    hr.drain()

    assert hr.replica(ada).state == State.SYNCED
    assert hr.account(ada)["displayName"] == "Ada"


@pytest.mark.usefixtures("strict")
def test_an_entry_of_another_user_is_not_adopted(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.drain()
    hr.account(ada)["userName"] = "bob"

    bob = make_user(tenant, "bob")
    hr.drain()

    assert hr.replica(bob).state == State.PARKED
    assert hr.account(ada)["id"] == str(ada.id)


def test_what_exists_under_another_match_is_parked_after_one_look(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.store.errors += [Exists("Somebody else has the e-mail address.")] * 3

    hr.drain()

    assert hr.replica(ada).state == State.PARKED
    assert len(hr.store.errors) == 2


def test_a_second_refusal_parks(tenant: Tenant, hr: Downstream) -> None:
    hr.store.accounts["7"] = dict(SOMEBODY)
    ada = make_user(tenant, "ada")
    hr.store.errors += [Exists("There is one."), BadData("It may not be changed.")]

    hr.drain()

    assert (hr.replica(ada).state, hr.replica(ada).error) == (State.PARKED, "It may not be changed.")


@pytest.mark.usefixtures("lying")
def test_a_create_that_landed_unseen_and_a_rename_make_one_account(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.drain()
    change_user(tenant, ada.id, named("ada.lovelace"), by=actor())

    deliver_until_certain(hr)

    assert [account["userName"] for account in hr.store.accounts.values()] == ["ada.lovelace"]
    assert (hr.replica(ada).state, hr.replica(ada).tried_name) == (State.SYNCED, "")


def test_a_worker_that_died_in_a_create_and_a_rename_make_one_account(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    claimed = taken(hr)
    claimed.replica.target = hr.target
    note(claimed, prepare(claimed.replica))
    hr.store.accounts["7"] = dict(SOMEBODY)
    let_the_lease_run_out(hr)
    change_user(tenant, ada.id, named("ada.lovelace"), by=actor())

    deliver_until_certain(hr)

    assert {key: account["userName"] for key, account in hr.store.accounts.items()} == {"7": "ada.lovelace"}


def test_a_create_that_never_landed_is_looked_for_and_then_made_under_the_new_name(
    tenant: Tenant, hr: Downstream
) -> None:
    ada = make_user(tenant, "ada")
    hr.store.errors.append(Transient("Down."))
    hr.drain()
    change_user(tenant, ada.id, named("ada2"), by=actor())

    deliver_until_certain(hr)

    assert [account["userName"] for account in hr.store.accounts.values()] == ["ada2"]


@pytest.mark.usefixtures("lying")
def test_an_account_that_landed_unseen_is_removed_although_its_user_was_renamed_and_deleted(
    tenant: Tenant, hr: Downstream
) -> None:
    ada = make_user(tenant, "ada")
    hr.drain()
    change_user(tenant, ada.id, named("ada.lovelace"), by=actor())
    delete_user(tenant, ada.id, by=actor())

    deliver_until_certain(hr)

    assert hr.store.accounts == {}


@pytest.mark.usefixtures("lying")
def test_an_account_that_landed_unseen_stays_with_the_one_who_has_the_name_now(
    tenant: Tenant, hr: Downstream
) -> None:
    first = make_user(tenant, "ada")
    hr.drain()
    change_user(tenant, first.id, named("ada.lovelace"), by=actor())
    second = make_user(tenant, "ada")
    delete_user(tenant, first.id, by=actor())

    deliver_until_certain(hr)

    assert [account["id"] for account in hr.store.accounts.values()] == [str(second.id)]


def test_a_refused_create_leaves_no_name_behind(tenant: Tenant, hr: Downstream) -> None:
    """The account of that name is somebody else's: a later rename must not seize it."""
    ada = make_user(tenant, "ada")
    hr.store.errors.append(Exists("Somebody else has the e-mail address."))
    hr.drain()
    hr.store.accounts["7"] = dict(SOMEBODY)
    change_user(tenant, ada.id, named("ada2"), by=actor())

    hr.drain()

    assert hr.store.accounts["7"] == SOMEBODY
    assert hr.account(ada)["userName"] == "ada2"
