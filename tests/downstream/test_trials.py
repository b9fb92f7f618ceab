"""Calls that may have made an account of which nobody knows: there is one in the end, and it is one's own."""

from __future__ import annotations

import pytest

from directory.models import User
from directory.services import change_user, delete_user
from downstream.claims import claim
from downstream.connectors import REGISTRY, open_connector
from downstream.models import State
from downstream.trials import note
from downstream.work import Work, prepare
from lib.documents import Document
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.test_claims import let_the_lease_run_out, taken
from tests.downstream.test_doubt import AnswersTooLate
from tests.factories import actor, make_user


def logins(hr: Downstream) -> list[str]:
    return sorted(account["userName"] for account in hr.store.accounts.values())


def call_it(tenant: Tenant, user: User, name: str) -> None:
    def edit(document: Document) -> Document:
        return {**document, "userName": name}

    change_user(tenant, user.id, edit, by=actor())


def drain_unheard(hr: Downstream, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is due is carried out, and reported as failed."""
    with monkeypatch.context() as patched:
        patched.setitem(REGISTRY, "memory", AnswersTooLate)
        hr.drain()


def crash_before_the_call(hr: Downstream) -> Work:
    """A worker dies; what it was about to do is on its way."""
    claimed = taken(hr)
    claimed.replica.target = hr.target
    work = prepare(claimed.replica)
    assert note(claimed, work)
    let_the_lease_run_out(hr)
    return work


def land(hr: Downstream, work: Work) -> None:
    connector = open_connector(hr.target.kind, hr.target.settings, time_limit=5)
    connector.put(work.document, work.replica.remote_id or None)


def come_to_rest(hr: Downstream) -> None:
    for _ in range(4):
        hr.drain()
        hr.retry_now()


def test_a_user_renamed_after_a_create_that_nobody_heard_of_has_one_account(
    tenant: Tenant, hr: Downstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = make_user(tenant, "ada")
    drain_unheard(hr, monkeypatch)

    call_it(tenant, ada, "countess")
    come_to_rest(hr)

    assert logins(hr) == ["countess"]
    assert hr.account(ada)["userName"] == "countess"
    assert hr.replica(ada).tried_name == ""


def test_a_user_renamed_and_deleted_after_a_create_that_nobody_heard_of_leaves_no_account(
    tenant: Tenant, hr: Downstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = make_user(tenant, "ada")
    drain_unheard(hr, monkeypatch)

    call_it(tenant, ada, "countess")
    delete_user(tenant, ada.id, by=actor())
    come_to_rest(hr)

    assert logins(hr) == []


def test_a_dead_workers_create_that_lands_after_a_rename_makes_no_second_account(
    tenant: Tenant, hr: Downstream
) -> None:
    ada = make_user(tenant, "ada")
    work = crash_before_the_call(hr)
    call_it(tenant, ada, "countess")
    hr.drain()
    state = hr.replica(ada).state

    land(hr, work)
    come_to_rest(hr)

    assert state == State.WAITING
    assert logins(hr) == ["countess"]


def test_a_dead_workers_create_does_not_land_on_the_account_of_who_has_the_name_now(
    tenant: Tenant, hr: Downstream
) -> None:
    first = make_user(tenant, "ada")
    work = crash_before_the_call(hr)
    call_it(tenant, first, "countess")
    second = make_user(tenant, "ada")
    hr.drain()

    land(hr, work)
    come_to_rest(hr)

    assert hr.account(first)["id"] == str(first.id)
    assert hr.account(second)["id"] == str(second.id)
    assert logins(hr) == ["ada", "countess"]


def test_a_dead_workers_update_that_lands_after_a_removal_is_no_successors_account(
    tenant: Tenant, hr: Downstream
) -> None:
    first = make_user(tenant, "ada")
    hr.drain()
    hr.target.replicas.all().stir(fingerprint="")
    work = crash_before_the_call(hr)
    delete_user(tenant, first.id, by=actor())
    second = make_user(tenant, "ada")
    hr.drain()

    land(hr, work)
    come_to_rest(hr)

    assert logins(hr) == ["ada"]
    assert hr.account(second)["id"] == str(second.id)


def test_a_worker_whose_lease_was_taken_over_makes_no_account(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "ada")
    late = taken(hr)
    let_the_lease_run_out(hr)
    assert claim(hr.target) is not None
    late.replica.target = hr.target

    assert not note(late, prepare(late.replica))


def test_two_who_met_at_one_account_both_have_theirs_once_one_was_renamed(
    tenant: Tenant, hr: Downstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first has the account and another name by now; the second was on its way to the same account."""
    first = make_user(tenant, "ada")
    hr.drain()
    call_it(tenant, first, "countess")
    hr.target.replicas.filter(user=first).update(applied_name="", due_at=None)
    second = make_user(tenant, "ada")

    hr.drain()
    waiting = hr.replica(second).state
    come_to_rest(hr)

    assert waiting == State.WAITING
    assert hr.account(first)["userName"] == "countess"
    assert hr.account(second)["userName"] == "ada"
