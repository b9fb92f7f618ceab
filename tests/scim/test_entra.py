"""Entra ID as the second client, through the real WSGI application."""

from __future__ import annotations

from typing import Any

import pytest

from directory.models import Group, User
from tenants.models import Tenant
from tests.factories import make_group, make_user
from tests.scim.client import ScimClient, body

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ADSCIM_GROUP = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"


def as_entra_creates() -> dict[str, Any]:
    return {
        "schemas": [CORE, ENTERPRISE],
        "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
        "userName": "Test_User_ab6490ee@contoso.com",
        "active": True,
        "emails": [{"primary": True, "type": "work", "value": "test@contoso.com"}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": "givenName familyName", "familyName": "familyName", "givenName": "givenName"},
        "roles": [],
        ENTERPRISE: {"department": "Sales"},
    }


@pytest.fixture
def entra(okta: ScimClient) -> ScimClient:
    """Nothing but what is sent tells the two apart."""
    okta.headers["User-Agent"] = "Microsoft.Identity.Health"
    return okta


@pytest.fixture
def group(tenant: Tenant, ada: User) -> Group:
    return make_group(tenant, "Engineers", ada, make_user(tenant, "bob"))


def patched(client: ScimClient, user: User, *operations: dict[str, Any]) -> dict[str, Any]:
    """The user as a following GET shows it, after a PATCH that succeeded and showed the same."""
    answer = client.patch(f"/Users/{user.id}", *operations)
    assert answer.status_code == 200, answer.content
    after = body(client.get(f"/Users/{user.id}"))
    assert body(answer) == after
    return after


def test_the_connection_test_asks_for_a_random_guid(entra: ScimClient) -> None:
    answer = entra.get("/Users", filter='userName eq "131ca7a6-8d3a-4a1f-9c9e-0ed6d2a1a2d6"')

    assert answer.status_code == 200
    assert body(answer)["totalResults"] == 0
    assert body(answer)["Resources"] == []


def test_a_created_user_keeps_its_extension_and_drops_empty_roles(entra: ScimClient) -> None:
    answer = entra.post("/Users", as_entra_creates())

    assert answer.status_code == 201
    assert body(answer)["schemas"] == [CORE, ENTERPRISE]
    assert body(answer)[ENTERPRISE] == {"department": "Sales"}
    assert "roles" not in body(answer)


@pytest.mark.parametrize(
    "query",
    [
        'userName eq "test_user_AB6490ee@contoso.com"',
        'externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"',
        'externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef" and active eq true',
    ],
)
def test_a_user_is_matched_by_name_and_by_external_id(entra: ScimClient, query: str) -> None:
    created = body(entra.post("/Users", as_entra_creates()))

    found = body(entra.get("/Users", filter=query))["Resources"]

    assert [user["id"] for user in found] == [created["id"]]


@pytest.mark.parametrize(("sent", "active"), [("False", False), ("True", True), (False, False)])
def test_active_comes_as_a_text_too(entra: ScimClient, ada: User, sent: object, active: bool) -> None:
    after = patched(entra, ada, {"op": "Replace", "path": "active", "value": sent})

    assert after["active"] is active


def test_capitalised_operations_add_replace_and_remove(entra: ScimClient, ada: User) -> None:
    after = patched(
        entra,
        ada,
        {"op": "Add", "path": "title", "value": "Countess"},
        {"op": "Replace", "path": "displayName", "value": "Ada"},
        {"op": "Remove", "path": "name.givenName"},
    )

    assert after["title"] == "Countess"
    assert after["displayName"] == "Ada"
    assert after["name"] == {"familyName": "Lovelace"}


def test_a_value_without_path_holds_dotted_and_urn_keys(entra: ScimClient, ada: User) -> None:
    value = {
        "name.givenName": "Augusta",
        "name.familyName": "King",
        f"{ENTERPRISE}:employeeNumber": "1815",
        "active": "False",
    }

    after = patched(entra, ada, {"op": "Replace", "value": value})

    assert after["name"] == {"givenName": "Augusta", "familyName": "King"}
    assert after[ENTERPRISE] == {"employeeNumber": "1815"}
    assert after["active"] is False
    assert ENTERPRISE in after["schemas"]


def test_replacing_a_value_that_is_not_there_creates_it(entra: ScimClient, ada: User) -> None:
    path = 'phoneNumbers[type eq "mobile"].value'

    after = patched(entra, ada, {"op": "Replace", "path": path, "value": "+44 1815"})

    assert after["phoneNumbers"] == [{"type": "mobile", "value": "+44 1815"}]


def test_adding_an_address_of_another_kind_leaves_the_first(entra: ScimClient, ada: User) -> None:
    after = patched(entra, ada, {"op": "Add", "path": 'emails[type eq "home"].value', "value": "a@home"})

    assert [email["value"] for email in after["emails"]] == ["ada@example.com", "a@home"]


def test_the_primary_role_is_selected_by_a_text(entra: ScimClient, ada: User) -> None:
    path = 'roles[primary eq "True"].value'

    first = patched(entra, ada, {"op": "Add", "path": path, "value": "Analyst"})
    second = patched(entra, ada, {"op": "Replace", "path": path, "value": "Countess"})

    assert first["roles"] == [{"primary": True, "value": "Analyst"}]
    assert second["roles"] == [{"primary": True, "value": "Countess"}]


def test_the_manager_comes_as_a_bare_id(entra: ScimClient, ada: User) -> None:
    operation = {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "7d7f"}

    after = patched(entra, ada, operation)

    assert after[ENTERPRISE]["manager"] == {"value": "7d7f"}


def test_a_group_with_a_foreign_schema_is_created(entra: ScimClient) -> None:
    sent = {"schemas": [GROUP, ADSCIM_GROUP], "externalId": "8aa1a0c0", "displayName": "Sales"}

    answer = entra.post("/Groups", {**sent, "meta": {"resourceType": "Group"}})

    assert answer.status_code == 201
    assert body(answer)["schemas"] == [GROUP, ADSCIM_GROUP]
    assert body(answer)["externalId"] == "8aa1a0c0"
    assert body(entra.get(f"/Groups/{body(answer)['id']}")) == body(answer)


def test_members_are_left_out_of_lists_and_single_groups(entra: ScimClient, group: Group) -> None:
    listed = body(entra.get("/Groups", excludedAttributes="members", filter='displayName eq "Engineers"'))
    single = body(entra.get(f"/Groups/{group.id}", excludedAttributes="members"))

    assert listed["totalResults"] == 1
    assert listed["Resources"] == [single]
    assert "members" not in single
    assert single["displayName"] == "Engineers"


def test_removing_listed_members_does_not_empty_the_group(entra: ScimClient, group: Group, ada: User) -> None:
    operation = {"op": "Remove", "path": "members", "value": [{"$ref": None, "value": str(ada.id)}]}

    answer = entra.patch(f"/Groups/{group.id}", operation)

    assert answer.status_code == 200
    members = body(entra.get(f"/Groups/{group.id}"))["members"]
    assert [member["display"] for member in members] == ["Bob Lovelace"]


def test_membership_is_checked_by_two_ids(entra: ScimClient, group: Group, ada: User) -> None:
    def found(user_id: object) -> int:
        query = f'id eq "{group.id}" and members eq "{user_id}"'
        total: int = body(entra.get("/Groups", filter=query))["totalResults"]
        return total

    assert found(ada.id) == 1
    assert found(group.id) == 0


def test_a_query_behind_the_base_address_is_tolerated(entra: ScimClient, ada: User) -> None:
    answer = entra.patch(
        f"/Users/{ada.id}?aadOptscim062020", {"op": "replace", "path": "active", "value": False}
    )

    assert answer.status_code == 200
    assert body(entra.get(f"/Users/{ada.id}?aadOptscim062020"))["active"] is False


def test_a_soft_delete_and_then_a_hard_one(entra: ScimClient, ada: User) -> None:
    patched(entra, ada, {"op": "Replace", "path": "active", "value": "False"})
    still_listed = body(entra.get("/Users", filter='userName eq "ada"'))["totalResults"]

    answer = entra.delete(f"/Users/{ada.id}")

    assert still_listed == 1
    assert answer.status_code == 204
    assert entra.get(f"/Users/{ada.id}").status_code == 404
    assert entra.delete(f"/Users/{ada.id}").status_code == 404
