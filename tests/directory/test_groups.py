"""The rules for groups and their members: version, events, signal, rows, tombstones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory.errors import NotFound
from directory.models import Group, Membership, User
from directory.services import change_group, delete_group
from downstream.models import Replica
from lib.documents import Document, Member
from lib.documents.changes import AddMembers, MemberChange, RemoveAllMembers, RemoveMembers, ReplaceMembers
from tenants.models import Tenant
from tests.directory.events import events_of, last_change, types_of
from tests.factories import actor, make_group, make_target, make_tenant, make_user
from tests.log import log_events

CREATED = "group.lifecycle.create"
UPDATED = "group.profile.update"
DELETED = "group.lifecycle.delete"
ADDED = "group.user_membership.add"
REMOVED = "group.user_membership.remove"


def member(user: User) -> Member:
    return Member(value=str(user.id))


def change(group: Group, *changes: MemberChange, **attributes: Any) -> Group:
    def edit(document: Document) -> Document:
        return {**document, **attributes}

    return change_group(group.tenant, group.id, edit, changes, by=actor())


def names(group: Group) -> list[str]:
    rows = group.memberships.select_related("user").order_by("id")
    return [row.user.user_name if row.user else row.value for row in rows]


def test_a_new_group_has_version_one_and_an_event_for_each_member(
    tenant: Tenant, ada: User, bob: User, announced: list[tuple[UUID, int]]
) -> None:
    group = make_group(tenant, "Engineers", ada, bob, externalId="00g1")

    assert (group.display_name, group.display_name_key, group.external_id) == (
        "Engineers",
        "engineers",
        "00g1",
    )
    assert group.version == 1
    assert types_of(group) == [CREATED, ADDED, ADDED]
    assert [one["id"] for one in events_of(group)[1]["target"]] == [str(ada.id), str(group.id)]
    assert announced == [(group.id, 1)]


def test_two_groups_may_have_the_same_name(tenant: Tenant) -> None:
    assert make_group(tenant, "Engineers").id != make_group(tenant, "Engineers").id


def test_a_rename_raises_the_version_and_shows_only_what_changed(
    group: Group, announced: list[tuple[UUID, int]]
) -> None:
    changed = change(group, displayName="Crew")

    assert (changed.version, changed.display_name_key) == (2, "crew")
    assert types_of(group)[2:] == [UPDATED]
    assert last_change(group) == {"from": {"displayName": "Engineers"}, "to": {"displayName": "Crew"}}
    assert announced == [(group.id, 2)]


def test_one_request_is_one_version_whatever_it_changes(
    group: Group, ada: User, bob: User, announced: list[tuple[UUID, int]]
) -> None:
    changed = change(group, RemoveMembers((str(ada.id),)), AddMembers((member(bob),)), displayName="Crew")

    assert changed.version == 2
    assert names(group) == ["bob"]
    assert types_of(group)[2:] == [UPDATED, REMOVED, ADDED]
    assert announced == [(group.id, 2)]


@pytest.mark.parametrize("change_of", ["add", "remove", "replace", "nothing"])
def test_what_changes_nothing_leaves_no_trace(
    group: Group, ada: User, bob: User, change_of: str, announced: list[tuple[UUID, int]]
) -> None:
    make_target(group.tenant)
    changes: dict[str, Sequence[MemberChange]] = {
        "add": [AddMembers((member(ada),))],
        "remove": [RemoveMembers((str(bob.id), "nobody"))],
        "replace": [ReplaceMembers((member(ada),))],
        "nothing": [],
    }
    before = (log_events().count(), list(Replica.objects.values()))

    same = change(group, *changes[change_of])

    assert same.version == 1
    assert (log_events().count(), list(Replica.objects.values())) == before
    assert announced == []


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        (lambda ada, bob: [AddMembers((member(bob), member(bob), member(ada)))], ["ada", "bob"]),
        (lambda ada, bob: [RemoveAllMembers()], []),
        (lambda ada, bob: [ReplaceMembers((member(bob),))], ["bob"]),
        (lambda ada, bob: [ReplaceMembers(())], []),
        (lambda ada, bob: [RemoveAllMembers(), AddMembers((member(bob),))], ["bob"]),
        (lambda ada, bob: [AddMembers((member(bob),)), RemoveMembers((str(ada.id), str(bob.id)))], []),
    ],
    ids=["add", "remove all", "replace", "replace by none", "one after the other", "add and remove"],
)
def test_members_are_changed_in_the_order_of_the_request(
    group: Group, ada: User, bob: User, changes: Any, left: list[str]
) -> None:
    change(group, *changes(ada, bob))

    assert names(group) == left


def test_a_member_is_known_by_its_external_id_too(tenant: Tenant, group: Group) -> None:
    late = make_user(tenant, "late", externalId="00u9")

    change(group, AddMembers((Member("00u9"), Member(str(late.id).upper()))))
    added = names(group)
    change(group, RemoveMembers(("00u9",)))

    assert added == ["ada", "late"]
    assert names(group) == ["ada"]


def test_an_external_id_that_two_users_share_stands_for_nobody(tenant: Tenant, group: Group) -> None:
    for name in ("one", "two"):
        make_user(tenant, name, externalId="00u9")

    change(group, AddMembers((Member("00u9"),)))

    assert names(group) == ["ada", "00u9"]
    assert events_of(group)[-1]["target"][0]["type"] == "Unknown"


def test_a_user_of_another_tenant_is_nobody(group: Group) -> None:
    theirs = User.objects.exclude(tenant=group.tenant).get(user_name="bob")

    change(group, AddMembers((member(theirs),)))

    assert names(group) == ["ada", str(theirs.id)]


def test_what_the_client_called_a_member_is_kept(group: Group) -> None:
    change(group, AddMembers((Member("g-7", display="Nested", type="Group"),)))

    row = Membership.objects.get(group=group, user=None)
    assert (row.value, row.display, row.type) == ("g-7", "Nested", "Group")


def test_the_database_keeps_members_apart_by_itself(group: Group, ada: User) -> None:
    twin = Membership(group=group, user=ada, value=str(ada.id), created_at=timezone.now())

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_an_edit_that_fails_changes_no_member_either(group: Group, bob: User) -> None:
    def fail(_: Document) -> Document:
        raise ValueError

    with pytest.raises(ValueError):
        change_group(group.tenant, group.id, fail, [AddMembers((member(bob),))], by=actor())

    group.refresh_from_db()
    assert group.version == 1
    assert names(group) == ["ada"]


def test_a_deleted_group_is_a_tombstone_without_members(
    group: Group, ada: User, announced: list[tuple[UUID, int]]
) -> None:
    delete_group(group.tenant, group.id, by=actor())

    group.refresh_from_db()
    ada.refresh_from_db()
    assert not group.is_living
    assert (group.version, ada.version) == (2, 1)
    assert names(group) == []
    assert types_of(group)[-1] == DELETED
    assert announced == [(group.id, 2)]


def test_a_tombstone_and_another_tenants_group_are_not_found(group: Group) -> None:
    delete_group(group.tenant, group.id, by=actor())
    theirs = Group.objects.exclude(tenant=group.tenant).get()

    for group_id in (group.id, theirs.id, uuid4()):
        with pytest.raises(NotFound):
            change_group(group.tenant, group_id, dict, by=actor())
        with pytest.raises(NotFound):
            delete_group(group.tenant, group_id, by=actor())

    assert Group.objects.get(id=theirs.id).version == 1
    with pytest.raises(NotFound):
        change_group(make_tenant("third"), theirs.id, dict, by=actor())


def test_a_thousand_members_take_a_handful_of_queries(tenant: Tenant) -> None:
    group = make_group(tenant, "Crowd")
    crowd = tuple(Member(f"nobody-{number}") for number in range(1000))

    with CaptureQueriesContext(connection) as queries:
        change(group, AddMembers(crowd))

    assert group.memberships.count() == 1000
    assert len(queries) < 60
