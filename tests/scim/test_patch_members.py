"""Changes of a group's members, set apart from the other operations of a PATCH."""

from typing import Any

import pytest

from lib.documents import Member
from lib.documents.changes import AddMembers, MemberChange, RemoveAllMembers, RemoveMembers, ReplaceMembers
from lib.schema import GROUP_RESOURCE, USER_RESOURCE
from scim.patch import PatchError, apply, split_members

ADA, BOB = Member("u1", "a@x"), Member("u2")


def changes(*operations: dict[str, Any]) -> list[MemberChange]:
    rest, found = split_members(list(operations), GROUP_RESOURCE)
    assert rest == []
    return found


def test_okta_changes_membership_in_one_request() -> None:
    found = changes(
        {"op": "remove", "path": 'members[value eq "u2"]'},
        {"op": "add", "path": "members", "value": [{"value": "u1", "display": "a@x"}]},
    )

    assert found == [RemoveMembers(("u2",)), AddMembers((ADA,))]


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "members", "value": [{"value": "u1", "display": "a@x"}]},
        {"op": "replace", "value": {"members": [{"value": "u1", "display": "a@x"}]}},
        {"op": "Replace", "path": "MEMBERS", "value": [{"value": "u1", "display": "a@x"}]},
        {"op": "replace", "value": {"Members": [{"value": "u1", "display": "a@x"}]}},
        {
            "op": "replace",
            "path": "urn:ietf:params:scim:schemas:core:2.0:Group:members",
            "value": [{"value": "u1", "display": "a@x"}, {"value": "u1"}],
        },
    ],
)
def test_a_push_of_all_members_is_read_in_every_form(operation: dict[str, Any]) -> None:
    assert changes(operation) == [ReplaceMembers((ADA,))]


@pytest.mark.parametrize("value", [{"value": "u2"}, [{"value": "u2"}], ["u2"], "u2"])
def test_one_member_is_added_as_object_list_or_id(value: Any) -> None:
    assert changes({"op": "Add", "path": "members", "value": value}) == [AddMembers((BOB,))]
    assert changes({"op": "add", "value": {"members": value}}) == [AddMembers((BOB,))]


def test_entras_older_removal_does_not_empty_the_group() -> None:
    operation = {"op": "Remove", "path": "members", "value": [{"$ref": None, "value": "u1"}]}

    assert changes(operation) == [RemoveMembers(("u1",))]


def test_a_removal_that_lists_nobody_removes_nobody() -> None:
    assert changes({"op": "remove", "path": "members", "value": []}) == [RemoveMembers(())]


def test_several_members_are_removed_by_one_filter() -> None:
    operation = {"op": "remove", "path": 'members[value eq "u1" or (VALUE eq "u2" or value eq "u1")]'}

    assert changes(operation) == [RemoveMembers(("u1", "u2"))]


@pytest.mark.parametrize("extra", [{}, {"value": None}])
def test_a_removal_without_a_value_empties_the_group(extra: dict[str, Any]) -> None:
    assert changes({"op": "remove", "path": "members"} | extra) == [RemoveAllMembers()]


@pytest.mark.parametrize("value", [[], None])
def test_a_replacement_by_nothing_leaves_no_members(value: Any) -> None:
    assert changes({"op": "replace", "path": "members", "value": value}) == [ReplaceMembers(())]


def test_what_is_beside_the_members_is_left_for_the_document() -> None:
    rest, found = split_members(
        [
            {"op": "replace", "value": {"id": "g", "displayName": "New", "members": [{"value": "u2"}]}},
            {"op": "Replace", "path": "externalId", "value": "e"},
            {"op": "remove", "path": "members"},
            {"op": "add", "value": {"members": "u2"}},
        ],
        GROUP_RESOURCE,
    )

    assert found == [ReplaceMembers((BOB,)), RemoveAllMembers(), AddMembers((BOB,))]
    assert apply({"displayName": "Old"}, rest, GROUP_RESOURCE, resource_id="g") == {
        "displayName": "New",
        "externalId": "e",
    }


def test_a_user_has_no_members_to_set_apart() -> None:
    operations = [{"op": "replace", "value": {"members": ["x"]}}]

    assert split_members(operations, USER_RESOURCE) == (operations, [])


@pytest.mark.parametrize(
    ("operation", "scim_type"),
    [
        ({"op": "remove", "path": 'members[display eq "x"]'}, "invalidFilter"),
        ({"op": "remove", "path": 'members[value ne "x"]'}, "invalidFilter"),
        ({"op": "remove", "path": 'members[value eq "x" and type eq "User"]'}, "invalidFilter"),
        ({"op": "remove", "path": 'members[not (value eq "x")]'}, "invalidFilter"),
        ({"op": "remove", "path": "members[value eq 5]"}, "invalidFilter"),
        ({"op": "remove", "path": "members[value eq"}, "invalidFilter"),
        ({"op": "remove", "path": 'members[value eq "x"].display'}, "invalidPath"),
        ({"op": "remove", "path": "members.display"}, "invalidPath"),
        ({"op": "add", "path": "members.value", "value": "u"}, "invalidPath"),
        ({"op": "add", "path": 'members[value eq "u"]', "value": {"value": "u"}}, "invalidPath"),
        ({"op": "replace", "path": 'members[value eq "u"]', "value": {"value": "v"}}, "invalidPath"),
        ({"op": "replace", "value": {'members[value eq "u"].display': "v"}}, "invalidPath"),
        ({"op": "replace", "value": {"members": [], "Members": []}}, "invalidSyntax"),
        ({"op": "add", "path": "members"}, "invalidValue"),
        ({"op": "add", "path": "members", "value": 5}, "invalidValue"),
        ({"op": "add", "path": "members", "value": [{"display": "x"}]}, "invalidValue"),
        ({"op": "add", "path": "members", "value": [{"value": "\x00"}]}, "invalidValue"),
        ({"op": "remove", "path": "members", "value": [{"display": "x"}]}, "invalidValue"),
        ({"op": "move", "path": "members"}, "invalidSyntax"),
    ],
)
def test_a_change_of_members_that_is_not_understood_is_refused(
    operation: dict[str, Any], scim_type: str
) -> None:
    with pytest.raises(PatchError) as caught:
        split_members([operation], GROUP_RESOURCE)

    assert caught.value.scim_type == scim_type


def test_members_left_in_the_operations_are_refused_rather_than_lost() -> None:
    with pytest.raises(PatchError):
        apply({"displayName": "G"}, [{"op": "add", "value": {"members": ["u1"]}}], GROUP_RESOURCE)
