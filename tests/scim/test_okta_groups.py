"""Okta's Group Push as recorded, through the real WSGI application."""

from __future__ import annotations

from typing import Any

import pytest

from directory.models import Group, User
from tests.scim.client import ScimClient, body
from tests.scim.membership import adding, ids, member, read, removing

GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"


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
