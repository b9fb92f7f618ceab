"""Groups: they follow their members, come and go, and seize nobody else's place."""

from __future__ import annotations

from directory.services import change_group, change_user, delete_group
from downstream.models import State
from lib.documents import Member
from lib.documents.changes import AddMembers, RemoveAllMembers
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.test_delivery import rename
from tests.factories import actor, make_group, make_user


def test_a_group_arrives_with_its_members_accounts(tenant: Tenant, hr: Downstream) -> None:
    ada, bob = make_user(tenant, "ada"), make_user(tenant, "bob")
    group = make_group(tenant, "Engineers", ada, bob)

    hr.drain()

    expected = [{"value": hr.replica(user).remote_id, "display": user.user_name} for user in (ada, bob)]
    assert hr.account(group)["members"] == expected
    assert hr.replica(group).state == State.SYNCED


def test_a_group_applies_the_members_that_are_there_and_waits_for_the_rest(
    tenant: Tenant, hr: Downstream
) -> None:
    ada, bob = make_user(tenant, "ada"), make_user(tenant, "bob")
    group = make_group(tenant, "Engineers", ada, bob)
    hr.store.refused.add("bob")

    hr.drain()
    partial, state = hr.account(group)["members"], hr.replica(group).state
    hr.store.refused.clear()
    hr.target.replicas.filter(user=bob).stir()
    hr.drain()

    assert partial == [{"value": hr.replica(ada).remote_id, "display": "ada"}]
    assert state == State.WAITING
    assert len(hr.account(group)["members"]) == 2  # type: ignore[arg-type]  # a list
    assert hr.replica(group).state == State.SYNCED


def test_a_member_whose_account_was_made_anew_is_put_back_into_its_groups(
    tenant: Tenant, hr: Downstream
) -> None:
    ada = make_user(tenant, "ada")
    group = make_group(tenant, "Engineers", ada)
    hr.drain()
    old = hr.replica(ada).remote_id
    del hr.store.accounts[old]
    change_user(tenant, ada.id, rename("Ada"), by=actor())

    hr.drain()

    assert hr.replica(ada).remote_id != old
    assert hr.account(group)["members"] == [{"value": hr.replica(ada).remote_id, "display": "ada"}]


def test_members_come_and_go(tenant: Tenant, hr: Downstream) -> None:
    ada, group = make_user(tenant, "ada"), make_group(tenant, "Engineers")
    seen = []
    for change in (AddMembers((Member(value=str(ada.id)),)), RemoveAllMembers()):
        change_group(tenant, group.id, lambda document: document, [change], by=actor())

        hr.drain()

        seen.append(len(hr.account(group)["members"]))  # type: ignore[arg-type]  # a list
    assert seen == [1, 0]


def test_a_deleted_group_is_taken_away(tenant: Tenant, hr: Downstream) -> None:
    group = make_group(tenant, "Engineers")
    hr.drain()
    delete_group(tenant, group.id, by=actor())

    hr.drain()

    assert hr.store.accounts == {}


def test_a_second_group_of_the_same_name_does_not_seize_the_first(tenant: Tenant, hr: Downstream) -> None:
    first, second = make_group(tenant, "Engineers"), make_group(tenant, "engineers")

    hr.drain()

    assert hr.replica(first).state == State.SYNCED
    assert hr.replica(second).state == State.PARKED
    assert "engineers" in hr.replica(second).error
