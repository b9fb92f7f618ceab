"""PATCH as Okta and Entra send it, in their literal forms."""

from typing import Any

import pytest

from lib.documents import clean
from lib.schema import GROUP_RESOURCE, USER_RESOURCE
from scim.patch import apply
from tests.scim.patches import ENTERPRISE, make_document, patched, refused, set_to


def test_okta_deactivates_without_a_path() -> None:
    document = patched(make_document(active=True), {"op": "replace", "value": {"active": False}})

    assert document == make_document(active=False)


def test_okta_syncs_a_password_that_never_enters_the_document() -> None:
    for operation in (set_to({"password": "s"}), set_to("s", "password"), set_to("s", "PASSWORD", "add")):
        assert patched(make_document(), operation) == make_document()


def test_okta_renames_a_group_with_its_id_in_the_value() -> None:
    operations = [{"op": "replace", "value": {"id": "g1", "displayName": "New"}}]

    group = apply({"displayName": "Old"}, operations, GROUP_RESOURCE, resource_id="g1")

    assert group == {"displayName": "New"}


def test_another_id_in_the_value_is_refused() -> None:
    assert refused(make_document(), set_to({"id": "u2", "title": "x"})) == "mutability"


def test_entra_writes_operations_with_a_capital_and_booleans_as_words() -> None:
    document = patched(make_document(active=True), {"op": "Replace", "path": "active", "value": "False"})

    assert clean(document, USER_RESOURCE)["active"] is False


def test_entra_sends_dotted_and_qualified_names_in_a_value_without_path() -> None:
    document = patched(
        make_document(name={"familyName": "L"}),
        set_to({"name.givenName": "Ada", f"{ENTERPRISE}:employeeNumber": "7", "displayName": "A"}, op="Add"),
    )

    assert document["name"] == {"familyName": "L", "givenName": "Ada"}
    assert document[ENTERPRISE] == {"employeeNumber": "7"}
    assert document["displayName"] == "A"


@pytest.mark.parametrize("op", ["Add", "Replace"])
def test_entra_sets_a_work_address_that_does_not_exist_yet(op: str) -> None:
    document = patched(make_document(), set_to("a@x", 'emails[type eq "work"].value', op))

    assert document["emails"] == [{"type": "work", "value": "a@x"}]


def test_entra_sets_a_primary_role_that_does_not_exist_yet() -> None:
    document = patched(make_document(), set_to("admin", 'roles[primary eq "True"].value', "Add"))

    assert document["roles"] == [{"primary": True, "value": "admin"}]


def test_entra_changes_the_primary_role_with_a_boolean_in_quotation_marks() -> None:
    roles = [{"value": "a", "primary": True}, {"value": "b"}]

    document = patched(make_document(roles=roles), set_to("c", 'roles[primary eq "True"].value', "Replace"))

    assert document["roles"] == [{"value": "c", "primary": True}, {"value": "b"}]


@pytest.mark.parametrize(
    "operation",
    [
        set_to("m1", f"{ENTERPRISE}:manager", "Add"),
        set_to({f"{ENTERPRISE}:manager": "m1"}),
        set_to({ENTERPRISE: {"manager": "m1"}}),
        set_to("m1", f"{ENTERPRISE}:manager.value"),
        set_to({"VALUE": "m1"}, f"{ENTERPRISE.lower()}:MANAGER"),
        set_to({"manager": {"value": "m1"}}, ENTERPRISE),
    ],
)
def test_the_manager_is_set_by_a_bare_id_and_in_every_other_form(operation: dict[str, Any]) -> None:
    assert patched(make_document(), operation)[ENTERPRISE] == {"manager": {"value": "m1"}}


def test_entra_removes_listed_values_without_emptying_the_attribute() -> None:
    roles = [{"value": "a", "type": "x"}, {"value": "b"}]

    document = patched(
        make_document(roles=roles), {"op": "Remove", "path": "roles", "value": [{"$ref": None, "value": "a"}]}
    )

    assert document["roles"] == [{"value": "b"}]
