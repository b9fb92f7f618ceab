"""What a drain makes of changes: the target has the newest, once, in the right order."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from directory.services import change_user, delete_user
from directory.services.users import Edit
from downstream.engine import drain
from downstream.models import Attempt, Replica, State
from lib.documents import Document
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.factories import actor, make_group, make_target, make_user
from tests.log import log_events


def rename(display_name: str) -> Edit:
    return lambda document: {**document, "displayName": display_name}


def switch(active: bool) -> Edit:
    return lambda document: {**document, "active": active}


def test_a_new_user_gets_an_account(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")

    hr.drain()

    replica = hr.replica(ada)
    assert hr.account(ada)["userName"] == "ada"
    assert (replica.state, replica.desired, replica.applied, replica.due_at) == (State.SYNCED, 1, 1, None)


def test_a_drain_leaves_other_tenants_alone(tenant: Tenant, hr: Downstream, stranger: Downstream) -> None:
    make_user(tenant, "ada")

    hr.drain()

    assert stranger.store.accounts == {}
    assert stranger.target.replicas.get().state == State.PENDING


def test_a_success_settles_every_older_change(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    for name in ("Ada", "Ada L.", "Ada Lovelace"):
        change_user(tenant, ada.id, rename(name), by=actor())

    hr.drain()

    assert hr.account(ada)["displayName"] == "Ada Lovelace"
    assert hr.store.writes == 1
    assert hr.replica(ada).applied == 4


def test_a_second_drain_finds_nothing_to_do(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "ada")
    hr.drain()

    again = hr.drain()

    assert again == 0
    assert hr.store.writes == 1


def test_a_change_that_was_taken_back_is_not_written(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada", displayName="Ada")
    hr.drain()
    change_user(tenant, ada.id, rename("Somebody"), by=actor())
    change_user(tenant, ada.id, rename("Ada"), by=actor())

    hr.drain()

    assert hr.store.writes == 1
    assert hr.replica(ada).applied == 3


def test_each_operation_is_logged_under_its_okta_name(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.drain()
    for edit in (rename("Ada"), switch(False), switch(True)):
        change_user(tenant, ada.id, edit, by=actor())
        hr.drain()
    delete_user(tenant, ada.id, by=actor())
    hr.drain()

    events = log_events().about_target(hr.target.id).filter(user_id=ada.id).order_by("id")

    assert list(events.values_list("event_type", "result")) == [
        ("application.provision.user.push", "SUCCESS"),
        ("application.provision.user.push_profile", "SUCCESS"),
        ("application.provision.user.deactivate", "SUCCESS"),
        ("application.provision.user.reactivate", "SUCCESS"),
        ("application.provision.user.delete", "SUCCESS"),
    ]


def test_a_delivery_is_logged_under_the_transaction_of_its_change(tenant: Tenant, hr: Downstream) -> None:
    request = actor()
    ada = make_user(tenant, "ada")
    change_user(tenant, ada.id, rename("Ada"), by=request)

    hr.drain()

    delivered = log_events().about_target(hr.target.id).get(user_id=ada.id)
    assert delivered.transaction_id == request.transaction_id
    assert Attempt.objects.get(replica__user=ada).transaction_id == request.transaction_id


def test_a_deleted_user_loses_the_account(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.drain()
    delete_user(tenant, ada.id, by=actor())

    hr.drain()

    assert hr.store.accounts == {}
    assert (hr.replica(ada).state, hr.replica(ada).remote_id) == (State.SYNCED, "")


def test_a_user_deleted_before_anything_was_tried_is_never_sent(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    delete_user(tenant, ada.id, by=actor())

    hr.drain()

    assert hr.store.writes == 0
    assert hr.replica(ada).state == State.SYNCED


def test_a_successor_of_the_same_name_gets_an_account_of_its_own(tenant: Tenant, hr: Downstream) -> None:
    first = make_user(tenant, "ada")
    hr.drain()
    delete_user(tenant, first.id, by=actor())
    second = make_user(tenant, "ada", displayName="Another Ada")

    hr.drain()
    hr.retry_now()
    hr.drain()

    assert [account["id"] for account in hr.store.accounts.values()] == [str(second.id)]
    assert hr.replica(second).state == State.SYNCED


def test_a_failed_and_deleted_user_does_not_take_the_account_of_a_successor(
    tenant: Tenant, hr: Downstream
) -> None:
    first = make_user(tenant, "ada")
    hr.store.refused.add("ada")
    hr.drain()
    hr.store.refused.clear()
    delete_user(tenant, first.id, by=actor())
    second = make_user(tenant, "ada")
    # The successor's turn comes first.
    hr.target.replicas.filter(user=first).update(due_at=timezone.now() + timedelta(seconds=60))

    hr.drain()
    hr.retry_now()
    hr.drain()

    assert hr.account(second)["id"] == str(second.id)
    assert hr.replica(first).state == State.SYNCED


def test_a_name_that_is_being_given_up_is_waited_for(tenant: Tenant, hr: Downstream) -> None:
    """Matching by name would seize the account of the one who is about to be renamed."""
    old = make_user(tenant, "ada")
    hr.drain()
    change_user(tenant, old.id, lambda document: {**document, "userName": "ada2"}, by=actor())
    new = make_user(tenant, "ada")
    # The new one's turn comes first.
    hr.target.replicas.filter(user=old).update(due_at=timezone.now() + timedelta(seconds=60))

    hr.drain()
    waiting = hr.replica(new)
    hr.retry_now()
    hr.drain()
    hr.drain()

    assert waiting.state == State.WAITING
    assert hr.account(old)["userName"] == "ada2"
    assert hr.account(new)["userName"] == "ada"
    assert hr.replica(old).remote_id != hr.replica(new).remote_id


def test_a_new_target_gets_the_whole_directory(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    make_group(tenant, "Engineers", ada)

    late = make_target(tenant, "late")
    count = drain(late.id, budget=timedelta(seconds=20))

    assert count == 2
    assert set(late.replicas.values_list("state", flat=True)) == {State.SYNCED.value}


def test_a_paused_target_gets_nothing(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "ada")
    hr.target.mode = hr.target.Mode.PAUSED
    hr.target.save()

    assert hr.drain() == 0
    assert Replica.objects.get(target=hr.target).state == State.PENDING


def test_the_document_has_no_password_and_says_what_it_is(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")

    hr.drain()

    account: Document = hr.account(ada)
    assert account["meta"]["resourceType"] == "User"
    assert "password" not in account
