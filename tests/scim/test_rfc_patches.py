"""Every PATCH that RFC 7644 prints, as printed, through the door."""

from __future__ import annotations

import json
from typing import Any

import pytest

from directory.models import Group, User
from tenants.models import Tenant
from tests.factories import make_group
from tests.scim.client import ScimClient, assert_scim_error, body
from tests.scim.rfc_people import BJENSEN, make_staff

WORK_ADDRESS = {
    "type": "work",
    "streetAddress": "911 Universal City Plaza",
    "locality": "Hollywood",
    "region": "CA",
    "postalCode": "91608",
    "country": "US",
    "formatted": "911 Universal City Plaza\nHollywood, CA 91608 US",
    "primary": True,
}


@pytest.fixture
def staff(tenant: Tenant, stranger: Tenant) -> dict[str, User]:
    """Three users; the stranger has the same ones."""
    make_staff(stranger)
    return make_staff(tenant)


@pytest.fixture
def babs(staff: dict[str, User]) -> User:
    return staff["bjensen"]


@pytest.fixture
def tour_guides(tenant: Tenant, staff: dict[str, User]) -> Group:
    """Babs and Mandy."""
    return make_group(tenant, "Tour Guides", staff["bjensen"], staff["mandy"])


def changed(okta: ScimClient, path: str, *operations: str) -> dict[str, Any]:
    """What is there after a PATCH of operations as printed."""
    answer = okta.patch(path, *(json.loads(operation) for operation in operations))
    assert answer.status_code == 200, answer.content
    assert body(okta.get(path)) == body(answer)
    return body(answer)


def names(group: dict[str, Any]) -> list[str]:
    return [member["display"] for member in group["members"]]


def test_add_a_member(okta: ScimClient, tour_guides: Group, staff: dict[str, User]) -> None:
    james = staff["JSmith"].id
    operation = f"""{{"op":"add","path":"members","value":[{{
        "display": "James Smith", "$ref": "https://example.com/v2/Users/{james}", "value": "{james}"}}]}}"""

    group = changed(okta, f"/Groups/{tour_guides.id}", operation, operation)

    assert names(group)[2:] == ["James Smith"]


def test_add_without_a_path(okta: ScimClient, babs: User) -> None:
    operation = """{"op":"add","value":{
        "emails":[{"value":"babs@jensen.org","type":"home"}],
        "nickname":"Babs"}}"""

    user = changed(okta, f"/Users/{babs.id}", operation)

    assert user["nickName"] == "Babs"
    assert user["emails"] == BJENSEN["emails"]


def test_remove_a_member_by_a_filter(okta: ScimClient, tour_guides: Group, babs: User) -> None:
    operation = f"""{{"op":"remove","path":"members[value eq \\"{babs.id}\\"]"}}"""

    assert names(changed(okta, f"/Groups/{tour_guides.id}", operation, operation)) == ["mandy"]


def test_remove_all_members(okta: ScimClient, tour_guides: Group) -> None:
    assert names(changed(okta, f"/Groups/{tour_guides.id}", '{"op":"remove","path":"members"}')) == []


def test_remove_a_value_of_a_complex_multi_valued_attribute(okta: ScimClient, babs: User) -> None:
    operation = r"""{"op":"remove","path":"emails[type eq \"work\" and value ew \"example.com\"]"}"""

    user = changed(okta, f"/Users/{babs.id}", operation)

    assert user["emails"] == [{"value": "babs@jensen.org", "type": "home"}]


def test_remove_and_add_members_in_one_request(
    okta: ScimClient, tour_guides: Group, staff: dict[str, User]
) -> None:
    babs, james = staff["bjensen"].id, staff["JSmith"].id
    remove = f"""{{"op":"remove","path":"members[value eq \\"{babs}\\"]"}}"""
    add = f"""{{"op":"add","path":"members","value":[
        {{"display": "James Smith", "$ref": "https://example.com/v2/Users/{james}", "value": "{james}"}}]}}"""

    group = changed(okta, f"/Groups/{tour_guides.id}", remove, add)

    assert names(group) == ["mandy", "James Smith"]


def test_replace_all_members(okta: ScimClient, tour_guides: Group, staff: dict[str, User]) -> None:
    babs, james = staff["bjensen"].id, staff["JSmith"].id
    operation = f"""{{"op":"replace","path":"members","value":[
        {{"display": "Babs Jensen", "$ref": "https://example.com/v2/Users/{babs}", "value": "{babs}"}},
        {{"display": "James Smith", "$ref": "https://example.com/v2/Users/{james}", "value": "{james}"}}]}}"""

    group = changed(okta, f"/Groups/{tour_guides.id}", operation)

    assert [member["value"] for member in group["members"]] == [str(babs), str(james)]


def test_replace_a_work_address(okta: ScimClient, babs: User) -> None:
    operation = {"op": "replace", "path": 'addresses[type eq "work"]', "value": WORK_ADDRESS}

    user = changed(okta, f"/Users/{babs.id}", json.dumps(operation))

    assert user["addresses"] == [WORK_ADDRESS, {"type": "home", "locality": "Shelbyville"}]


def test_replace_a_part_of_a_work_address(okta: ScimClient, babs: User) -> None:
    operation = r"""{"op":"replace","path":"addresses[type eq \"work\"].streetAddress",
        "value":"1010 Broadway Ave"}"""

    user = changed(okta, f"/Users/{babs.id}", operation)

    assert user["addresses"][0] == {
        "type": "work",
        "locality": "Springfield",
        "streetAddress": "1010 Broadway Ave",
    }


def test_replace_without_a_path(okta: ScimClient, babs: User) -> None:
    operation = """{"op":"replace","value":{
        "emails":[
            {"value":"bjensen@example.com","type":"work","primary":true},
            {"value":"babs@jensen.org","type":"home"}],
        "nickname":"Babs"}}"""

    user = changed(okta, f"/Users/{babs.id}", operation)

    assert (user["emails"], user["nickName"]) == (BJENSEN["emails"], "Babs")


@pytest.mark.parametrize(
    ("operation", "scim_type"),
    [
        ({"op": "remove"}, "noTarget"),
        ({"op": "replace", "path": 'emails[type eq "x" or type eq "y"].value', "value": "x"}, "noTarget"),
        ({"op": "replace", "path": "id", "value": "x"}, "mutability"),
        ({"op": "add", "path": "groups", "value": [{"value": "x"}]}, "mutability"),
        ({"op": "remove", "path": "userName"}, "mutability"),
        ({"op": "replace", "path": "userName", "value": None}, "mutability"),
        ({"op": "replace", "path": "userName", "value": ""}, "invalidValue"),
        ({"op": "replace", "path": "emails[type eq work]", "value": {}}, "invalidFilter"),
        ({"op": "replace", "path": "emails.shoeSize", "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": "active", "value": "x"}, "invalidValue"),
        ({"op": "move", "path": "title", "value": "x"}, "invalidSyntax"),
    ],
)
def test_the_errors_of_table_9_leave_everything_as_it_was(
    okta: ScimClient, babs: User, operation: dict[str, Any], scim_type: str
) -> None:
    before = body(okta.get(f"/Users/{babs.id}"))

    answer = okta.patch(f"/Users/{babs.id}", {"op": "add", "path": "nickName", "value": "Babs"}, operation)

    assert_scim_error(answer, 400, scim_type)
    assert body(okta.get(f"/Users/{babs.id}")) == before
