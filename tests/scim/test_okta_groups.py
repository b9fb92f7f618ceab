"""Okta's Group Push as recorded (OKTA.md, 1.9), through the real WSGI application."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory.models import Group, User
from tenants.models import Tenant
from tests.factories import make_group, make_user
from tests.scim.client import ScimClient, body

GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
OKTA_ID = "00ujl29u0le5T6Aj10h7"


def member(user: User) -> dict[str, str]:
    return {"value": str(user.id), "display": f"{user.user_name}@example.com"}


def adding(*users: User) -> dict[str, Any]:
    return {"op": "add", "path": "members", "value": [member(user) for user in users]}


def removing(user: User) -> dict[str, Any]:
    return {"op": "remove", "path": f'members[value eq "{user.id}"]'}


def ids(group: dict[str, Any]) -> list[str]:
    return [found["value"] for found in group["members"]]


def read(client: ScimClient, group: Group) -> dict[str, Any]:
    return body(client.get(f"/Groups/{group.id}"))


@pytest.fixture
def ada(tenant: Tenant) -> User:
    return make_user(tenant, "ada")


@pytest.fixture
def bob(tenant: Tenant) -> User:
    return make_user(tenant, "bob")


@pytest.fixture
def group(tenant: Tenant, ada: User) -> Group:
    """Engineers, with Ada in it."""
    return make_group(tenant, "Engineers", ada)


def test_looking_up_a_new_group_finds_nothing(okta: ScimClient) -> None:
    found = body(okta.get("/Groups", filter='displayName eq "Engineers"', startIndex=1, count=100))

    assert found["totalResults"] == 0
    assert found["Resources"] == []


def test_the_lookup_finds_the_group_in_any_case(okta: ScimClient, group: Group) -> None:
    found = body(okta.get("/Groups", filter='displayName eq "ENGINEERS"', startIndex=1, count=100))

    assert [one["id"] for one in found["Resources"]] == [str(group.id)]


def test_a_push_of_an_empty_group_creates_it(okta: ScimClient) -> None:
    answer = okta.post("/Groups", {"schemas": [GROUP], "displayName": "Test SCIMv2", "members": []})

    created = body(answer)
    assert answer.status_code == 201
    assert answer["Location"] == created["meta"]["location"]
    assert created["displayName"] == "Test SCIMv2"
    assert created["members"] == []
    assert body(okta.get(f"/Groups/{created['id']}")) == created


def test_a_group_is_created_with_its_members(okta: ScimClient, ada: User, bob: User) -> None:
    sent = {"schemas": [GROUP], "displayName": "Engineers", "members": [member(ada), member(bob)]}

    created = body(okta.post("/Groups", sent))

    assert ids(created) == [str(ada.id), str(bob.id)]
    assert created["members"][0]["display"] == "ada@example.com"
    assert created["members"][0]["$ref"].endswith(f"/scim/v2/Users/{ada.id}")


def test_a_rename_carries_the_id_in_its_value(okta: ScimClient, group: Group, ada: User) -> None:
    answer = okta.patch(
        f"/Groups/{group.id}", {"op": "replace", "value": {"id": str(group.id), "displayName": "New"}}
    )

    assert answer.status_code == 200
    assert body(answer)["displayName"] == "New"
    assert ids(body(answer)) == [str(ada.id)]
    assert read(okta, group) == body(answer)


def test_a_rename_with_the_id_of_another_group_is_refused(okta: ScimClient, group: Group) -> None:
    other = "0b1c8b8f-2b2b-4b52-9f5e-0d7b2c6f9c0a"

    answer = okta.patch(f"/Groups/{group.id}", {"op": "replace", "value": {"id": other, "displayName": "X"}})

    assert answer.status_code == 400
    assert body(answer)["scimType"] == "mutability"
    assert read(okta, group)["displayName"] == "Engineers"


def test_one_patch_renames_removes_and_adds(okta: ScimClient, group: Group, ada: User, bob: User) -> None:
    rename = {"op": "replace", "value": {"id": str(group.id), "displayName": "New"}}

    answer = okta.patch(f"/Groups/{group.id}", rename, removing(ada), adding(bob))

    assert answer.status_code == 200
    assert ids(body(answer)) == [str(bob.id)]
    assert body(answer)["members"][0]["display"] == "bob@example.com"
    assert read(okta, group) == body(answer)


@pytest.mark.parametrize("with_path", [True, False], ids=["path", "no path"])
def test_push_now_replaces_the_members(
    okta: ScimClient, group: Group, ada: User, bob: User, with_path: bool
) -> None:
    members = [member(bob)]
    operation = (
        {"op": "replace", "path": "members", "value": members}
        if with_path
        else {"op": "replace", "value": {"members": members}}
    )

    answer = okta.patch(f"/Groups/{group.id}", operation)

    assert ids(body(answer)) == [str(bob.id)]
    assert read(okta, group) == body(answer)


def test_adding_without_a_path_keeps_those_who_are_in(
    okta: ScimClient, group: Group, ada: User, bob: User
) -> None:
    answer = okta.patch(f"/Groups/{group.id}", {"op": "add", "value": {"members": [member(bob)]}})

    assert ids(body(answer)) == [str(ada.id), str(bob.id)]


def test_adding_a_present_member_makes_no_duplicate(okta: ScimClient, group: Group, ada: User) -> None:
    before = read(okta, group)

    answer = okta.patch(f"/Groups/{group.id}", adding(ada), adding(ada, ada))

    assert answer.status_code == 200
    assert body(answer) == before


def test_removing_someone_who_is_no_member_succeeds(okta: ScimClient, group: Group, bob: User) -> None:
    before = read(okta, group)

    answer = okta.patch(f"/Groups/{group.id}", removing(bob), removing(bob))

    assert answer.status_code == 200
    assert body(answer) == before


def test_the_wizard_puts_a_group_without_id(okta: ScimClient, group: Group, ada: User, bob: User) -> None:
    sent = {"schemas": [GROUP], "displayName": "Put", "members": [member(bob)]}

    answer = okta.put(f"/Groups/{group.id}", sent)

    assert answer.status_code == 200
    assert body(answer)["id"] == str(group.id)
    assert body(answer)["displayName"] == "Put"
    assert ids(body(answer)) == [str(bob.id)]
    assert read(okta, group) == body(answer)


@pytest.mark.parametrize(("sent", "left"), [({}, 1), ({"members": []}, 0), ({"members": None}, 0)])
def test_a_put_changes_members_only_if_it_speaks_of_them(
    okta: ScimClient, group: Group, sent: dict[str, Any], left: int
) -> None:
    answer = okta.put(f"/Groups/{group.id}", {"schemas": [GROUP], "displayName": "Engineers", **sent})

    assert len(body(answer)["members"]) == left
    assert len(read(okta, group)["members"]) == left


def test_a_deleted_group_is_gone_and_its_users_stay(okta: ScimClient, group: Group, ada: User) -> None:
    answer = okta.delete(f"/Groups/{group.id}")

    assert answer.status_code == 204
    assert answer.content == b""
    assert okta.get(f"/Groups/{group.id}").status_code == 404
    assert "groups" not in body(okta.get(f"/Users/{ada.id}"))


def test_a_user_shows_the_groups_it_is_in(okta: ScimClient, group: Group, ada: User) -> None:
    groups = body(okta.get(f"/Users/{ada.id}"))["groups"]

    assert [(one["value"], one["display"]) for one in groups] == [(str(group.id), "Engineers")]
    assert groups[0]["$ref"].endswith(f"/scim/v2/Groups/{group.id}")


def test_an_unknown_member_is_kept_and_joins_up_when_its_user_arrives(
    okta: ScimClient, group: Group, ada: User
) -> None:
    unknown = {"value": OKTA_ID, "display": "late@example.com", "type": "User"}
    kept = body(okta.patch(f"/Groups/{group.id}", {"op": "add", "path": "members", "value": [unknown]}))

    late = body(okta.post("/Users", {"userName": "late", "externalId": OKTA_ID}))

    assert kept["members"][1] == unknown
    assert ids(read(okta, group)) == [str(ada.id), late["id"]]
    assert [one["value"] for one in body(okta.get(f"/Users/{late['id']}"))["groups"]] == [str(group.id)]


def test_an_unknown_member_can_be_removed_again(okta: ScimClient, group: Group, ada: User) -> None:
    okta.patch(f"/Groups/{group.id}", {"op": "add", "path": "members", "value": [{"value": OKTA_ID}]})

    answer = okta.patch(f"/Groups/{group.id}", {"op": "remove", "path": f'members[value eq "{OKTA_ID}"]'})

    assert ids(body(answer)) == [str(ada.id)]


def test_another_tenants_user_is_nobody_in_our_group(
    okta: ScimClient, foreign: ScimClient, stranger: Tenant, group: Group
) -> None:
    theirs = User.objects.get(tenant=stranger, user_name="bob")
    before = body(foreign.get(f"/Users/{theirs.id}"))

    answer = okta.patch(
        f"/Groups/{group.id}", {"op": "add", "path": "members", "value": [{"value": str(theirs.id)}]}
    )

    # Kept as an id that nobody here has: no name, no reference.
    assert body(answer)["members"][1:] == [{"value": str(theirs.id)}]
    assert body(foreign.get(f"/Users/{theirs.id}")) == before


def test_another_tenants_group_waits_in_vain_for_our_user(
    okta: ScimClient, foreign: ScimClient, stranger: Tenant
) -> None:
    theirs = Group.objects.get(tenant=stranger)
    add = {"op": "add", "path": "members", "value": [{"value": OKTA_ID}]}
    before = body(foreign.patch(f"/Groups/{theirs.id}", add))

    ours = body(okta.post("/Users", {"userName": "late", "externalId": OKTA_ID}))

    assert body(foreign.get(f"/Groups/{theirs.id}")) == before
    assert "groups" not in body(okta.get(f"/Users/{ours['id']}"))


def test_deleting_a_user_takes_it_out_of_its_groups(okta: ScimClient, group: Group, ada: User) -> None:
    before = read(okta, group)

    okta.delete(f"/Users/{ada.id}")

    after = read(okta, group)
    assert before["meta"]["version"] == 'W/"1"'
    assert after["meta"]["version"] == 'W/"2"'
    assert after["members"] == []


def test_a_patch_of_a_very_large_group_is_answered_without_it(
    okta: ScimClient, group: Group, bob: User
) -> None:
    many = [{"value": f"nobody-{number}"} for number in range(1001)]

    answer = okta.patch(f"/Groups/{group.id}", {"op": "add", "path": "members", "value": many})

    assert answer.status_code == 204
    assert answer.content == b""
    assert len(read(okta, group)["members"]) == 1002


@pytest.mark.parametrize("change", ["add", "remove"])
def test_one_member_more_or_less_costs_the_same_in_any_size_of_group(
    okta: ScimClient, tenant: Tenant, bob: User, change: str
) -> None:
    operation = adding(bob) if change == "add" else removing(bob)
    crowd = [make_user(tenant, f"user{number}") for number in range(200)]
    okta.get("/Users", count=0)
    costs = []
    for size in (10, 200):
        group = make_group(tenant, "Crowd", *crowd[:size], *([] if change == "add" else [bob]))
        with CaptureQueriesContext(connection) as queries:
            okta.patch(f"/Groups/{group.id}", operation)

        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert costs[0] < 25


def test_a_page_of_groups_costs_the_same_for_any_number_of_members(okta: ScimClient, tenant: Tenant) -> None:
    users = [make_user(tenant, f"user{number}") for number in range(20)]
    okta.get("/Users", count=0)
    costs = []
    for name in ("one", "two", "three"):
        make_group(tenant, name, *users)
        with CaptureQueriesContext(connection) as queries:
            groups = body(okta.get("/Groups"))["Resources"]
        costs.append(len(queries))

    assert {len(group["members"]) for group in groups} == {20}
    assert costs[0] == costs[1] == costs[2]
