"""How users and memberships find each other: those that came first wait, those that are deleted leave."""

from __future__ import annotations

import pytest

from directory.models import Group, Membership, User
from directory.services import change_group, change_user, delete_user
from lib.documents import Member
from lib.documents.changes import AddMembers
from tenants.models import Tenant
from tests.directory.events import events_of, types_of
from tests.factories import actor, make_group, make_tenant, make_user


def know_as(user: User, external_id: str) -> User:
    return change_user(user.tenant, user.id, lambda old: {**old, "externalId": external_id}, by=actor())


def test_a_deleted_user_leaves_each_of_its_groups(ada: User, bob: User) -> None:
    groups = [make_group(ada.tenant, name, ada, bob) for name in ("Engineers", "Sales")]

    delete_user(ada.tenant, ada.id, by=actor())

    for group in groups:
        group.refresh_from_db()
        assert group.version == 2
        assert [row.user for row in group.memberships.all()] == [bob]
        assert types_of(group)[-1] == "group.user_membership.remove"


@pytest.mark.parametrize("sent", ["externalId", "changed externalId"])
def test_a_user_takes_the_memberships_that_waited_for_it(tenant: Tenant, group: Group, sent: str) -> None:
    change_group(tenant, group.id, dict, [AddMembers((Member("00u9"),))], by=actor())

    if sent == "externalId":
        late = make_user(tenant, "late", externalId="00u9")
    else:
        late = know_as(make_user(tenant, "late"), "00u9")

    group.refresh_from_db()
    row = Membership.objects.get(user=late)
    assert (row.group, row.value) == (group, str(late.id))
    assert group.version == 3
    assert events_of(group)[-1]["target"][0]["id"] == str(late.id)


def test_memberships_of_other_tenants_go_on_waiting(tenant: Tenant) -> None:
    other = make_tenant("third")
    waiting = make_group(other, "Waiting")
    change_group(other, waiting.id, dict, [AddMembers((Member("00u9"),))], by=actor())

    make_user(tenant, "late", externalId="00u9")

    waiting.refresh_from_db()
    assert waiting.version == 2
    assert [row.user for row in waiting.memberships.all()] == [None]


def test_a_user_who_is_a_member_already_is_not_made_one_twice(tenant: Tenant, ada: User) -> None:
    group = make_group(tenant, "Crew", ada)
    change_group(tenant, group.id, dict, [AddMembers((Member("00u9"),))], by=actor())

    know_as(ada, "00u9")

    assert [row.value for row in group.memberships.all()] == [str(ada.id)]
