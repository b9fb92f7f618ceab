"""Roles and entitlements as Okta discovers them (OKTA.md, 1.8): read, and never written by SCIM."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory.catalogue import Entitlement
from directory.services import change_entitlement, delete_entitlement
from tenants.models import Tenant
from tests.factories import actor, make_entitlement
from tests.scim.client import SEARCH, ScimClient, assert_scim_error, body
from tests.scim.test_costs import statements

ROLE = "urn:okta:scim:schemas:core:1.0:Role"
ENTITLEMENT = "urn:okta:scim:schemas:core:1.0:Entitlement"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"


def values(answer: Any) -> list[str]:
    return [resource["id"] for resource in body(answer)["Resources"]]


def types(okta: ScimClient) -> dict[str, dict[str, Any]]:
    return {kind["name"]: kind for kind in body(okta.get("/ResourceTypes"))["Resources"]}


def test_okta_discovers_each_type_and_reads_what_is_at_its_endpoint(
    okta: ScimClient, catalogue: None
) -> None:
    """The sequence of calls that Okta makes when provisioning with entitlements is switched on."""
    found = types(okta)
    schemas = {schema["id"] for schema in body(okta.get("/Schemas"))["Resources"]}
    read = {
        name: values(okta.get(kind["endpoint"], startIndex=1, count=100))
        for name, kind in found.items()
        if kind["schema"] in {ROLE, ENTITLEMENT}
    }

    assert {name: (kind["endpoint"], kind["schema"]) for name, kind in found.items()} == {
        "User": ("/Users", "urn:ietf:params:scim:schemas:core:2.0:User"),
        "Group": ("/Groups", "urn:ietf:params:scim:schemas:core:2.0:Group"),
        "Entitlement": ("/Entitlements", ENTITLEMENT),
        "License": ("/Licenses", ENTITLEMENT),
        "Role": ("/Roles", ROLE),
    }
    assert {ROLE, ENTITLEMENT} < schemas
    assert read == {"Role": ["editor", "reader"], "Entitlement": ["vpn"], "License": ["pro"]}


@pytest.mark.parametrize("endpoint", ["/Roles", "/Entitlements", "/Licenses"])
def test_oktas_test_of_an_entitlement_endpoint_passes(
    okta: ScimClient, catalogue: None, endpoint: str
) -> None:
    """Okta-SCIM-20-Entitlements-Test: 200, Resources that are not empty, integers as integers."""
    answer = okta.get(endpoint, count=1, startIndex=1)

    found = body(answer)
    assert answer.status_code == 200
    assert found["schemas"] == [LIST]
    assert len(found["Resources"]) == 1
    assert [type(found[name]) for name in ("itemsPerPage", "startIndex", "totalResults")] == [int] * 3
    assert (found["itemsPerPage"], found["startIndex"]) == (1, 1)
    assert found["Resources"][0]["displayName"]


def test_a_role_is_shown_as_okta_wants_it(okta: ScimClient, catalogue: None) -> None:
    answer = okta.get("/Roles/editor")

    role = body(answer)
    meta = role.pop("meta")
    assert role == {
        "schemas": [ROLE],
        "id": "editor",
        "displayName": "Editor",
        "description": "Writes and changes articles",
    }
    assert (meta["resourceType"], meta["version"]) == ("Role", 'W/"1"')
    assert meta["location"] == answer["Location"] == "http://testserver/scim/v2/Roles/editor"
    assert answer["ETag"] == 'W/"1"'


@pytest.mark.parametrize(
    ("path", "name"), [("/Entitlements/vpn", "Entitlement"), ("/Licenses/pro", "License")]
)
def test_an_entitlement_has_the_name_of_its_resource_type_as_type(
    okta: ScimClient, catalogue: None, path: str, name: str
) -> None:
    entitlement = body(okta.get(path))

    assert entitlement["type"] == entitlement["meta"]["resourceType"] == name
    assert entitlement["schemas"] == [ENTITLEMENT]
    assert "description" not in entitlement


@pytest.mark.parametrize("value", ["arn:aws:iam::123:role/Admin", "50% off?", "Ä#é", "a b", "7"])
def test_any_value_can_be_reached_where_it_says_it_is(okta: ScimClient, tenant: Tenant, value: str) -> None:
    make_entitlement(tenant, value)

    location = body(okta.get("/Roles"))["Resources"][0]["meta"]["location"]

    answer = okta.get(location.removeprefix("http://testserver/scim/v2"))
    assert body(answer)["id"] == value
    assert answer["Location"] == location


def test_without_entries_no_type_is_published_and_the_lists_are_empty(okta: ScimClient) -> None:
    assert set(types(okta)) == {"User", "Group"}
    for endpoint in ("/Roles", "/Entitlements"):
        assert body(okta.get(endpoint))["totalResults"] == 0
    assert_scim_error(okta.get(f"/Schemas/{ROLE}"), 404)
    assert_scim_error(okta.get("/Licenses"), 404)


def test_a_type_is_published_as_long_as_it_has_an_entry(okta: ScimClient, tenant: Tenant) -> None:
    role = make_entitlement(tenant)
    published = set(types(okta))

    delete_entitlement(tenant, role.id, by=actor())

    assert published == {"User", "Group", "Role"}
    assert set(types(okta)) == {"User", "Group"}


def test_each_published_type_and_schema_is_found_by_its_id(okta: ScimClient, catalogue: None) -> None:
    for path in ("/ResourceTypes", "/Schemas"):
        for document in body(okta.get(path))["Resources"]:
            assert body(okta.get(f"{path}/{document['id']}")) == document


def test_the_schemas_say_that_nothing_can_be_written(okta: ScimClient, catalogue: None) -> None:
    role, entitlement = (body(okta.get(f"/Schemas/{urn}"))["attributes"] for urn in (ROLE, ENTITLEMENT))

    assert [attribute["name"] for attribute in role] == ["displayName", "description"]
    assert [attribute["name"] for attribute in entitlement] == ["displayName", "type", "description"]
    assert {attribute["mutability"] for attribute in role + entitlement} == {"readOnly"}


@pytest.mark.parametrize("path", ["/Roles", "/Roles/editor", "/Licenses", "/Licenses/pro"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_is_405_and_changes_nothing(
    okta: ScimClient, catalogue: None, method: str, path: str
) -> None:
    before = list(Entitlement.objects.values())

    answer = okta.send(method, path, {"schemas": [ROLE], "id": "owner", "displayName": "Owner"})

    assert_scim_error(answer, 405)
    assert answer["Allow"] == "GET, HEAD, OPTIONS"
    assert list(Entitlement.objects.values()) == before


def test_nothing_of_a_stranger_is_shown(okta: ScimClient, catalogue: None) -> None:
    assert_scim_error(okta.get("/Roles/stranger-role"), 404)
    assert_scim_error(okta.get("/Secrets"), 404)
    assert_scim_error(okta.get("/Secrets/x"), 404)
    assert "Stranger" not in okta.get("/Roles").content.decode()
    assert "stranger-role" not in okta.post("/.search", {"schemas": [SEARCH]}).content.decode()


@pytest.mark.parametrize(
    "path", ["/Roles/nobody", "/Roles/pro", "/Licenses/editor", "/Roles/%ED%A0%80", "/Roles/a%00b"]
)
def test_what_is_not_of_the_type_is_404(okta: ScimClient, tenant: Tenant, catalogue: None, path: str) -> None:
    make_entitlement(tenant, "a/b")

    assert_scim_error(okta.get(path), 404)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('displayName eq "EDITOR"', ["editor"]),
        ('displayName sw "r"', ["reader"]),
        ('id eq "reader"', ["reader"]),
        ('id eq "READER"', []),
        ('description co "articles"', ["editor"]),
        ("description pr", ["editor"]),
        ("not (description pr)", ["reader"]),
        (f'{ROLE}:displayName eq "Reader"', ["reader"]),
        ('meta.resourceType eq "Role" and meta.created gt "2020-01-01T00:00:00Z"', ["editor", "reader"]),
    ],
)
def test_roles_are_filtered(okta: ScimClient, catalogue: None, query: str, found: list[str]) -> None:
    assert values(okta.get("/Roles", filter=query)) == found
    assert values(okta.post("/Roles/.search", {"schemas": [SEARCH], "filter": query})) == found


@pytest.mark.parametrize(
    "query",
    [
        *('userName eq "x"', 'schemas eq "x"', 'externalId eq "x"', "meta eq 1", "a[b eq 1]"),
        *('displayName eq "', r'id eq "\u0000"', r'displayName co "a\u0000"', r'description sw "\ud800"'),
    ],
)
def test_a_filter_that_roles_do_not_know_is_refused(okta: ScimClient, catalogue: None, query: str) -> None:
    assert_scim_error(okta.get("/Roles", filter=query), 400, "invalidFilter")


def test_a_list_is_read_page_by_page_and_by_cursor(okta: ScimClient, tenant: Tenant) -> None:
    for number in range(5):
        make_entitlement(tenant, f"role-{number}")

    pages = [values(okta.get("/Roles", startIndex=start, count=2)) for start in (1, 3, 5)]
    first = okta.get("/Roles", cursor="", count=3)
    second = okta.get("/Roles", cursor=body(first)["nextCursor"], count=3)

    assert [value for page in pages for value in page] == [f"role-{number}" for number in range(5)]
    assert values(first) + values(second) == [f"role-{number}" for number in range(5)]
    assert "nextCursor" not in body(second)


def test_only_what_is_asked_for_is_answered(okta: ScimClient, catalogue: None) -> None:
    assert set(body(okta.get("/Roles/editor", attributes="displayName"))) == {"schemas", "id", "displayName"}
    assert "description" not in body(okta.get("/Roles/editor", excludedAttributes="description"))


def test_a_role_that_is_known_is_304_until_it_changes(okta: ScimClient, tenant: Tenant) -> None:
    role = make_entitlement(tenant)
    known = {"If-None-Match": 'W/"1"'}

    before = okta.send("GET", "/Roles/editor", headers=known)
    change_entitlement(tenant, role.id, display_name="Chief editor", description="", by=actor())
    after = okta.send("GET", "/Roles/editor", headers=known)

    assert (before.status_code, after.status_code, after["ETag"]) == (304, 200, 'W/"2"')


def test_a_long_list_takes_no_more_statements_than_a_short_one(okta: ScimClient, tenant: Tenant) -> None:
    for number in range(30):
        make_entitlement(tenant, f"role-{number}")
    okta.get("/Roles")

    with CaptureQueriesContext(connection) as listing:
        okta.get("/Roles", count=20)
    with CaptureQueriesContext(connection) as discovery:
        okta.get("/ResourceTypes")

    assert len(statements(listing)) == 3
    assert len(statements(discovery)) == 2
