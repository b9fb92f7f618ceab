"""What filters must never do: reach further than the tenant, or further than was asked."""

from __future__ import annotations

import pytest

from directory.models import Group, User
from tenants.models import Tenant
from tests.scim.client import ScimClient, assert_scim_error, body
from tests.scim.filtering import found


@pytest.mark.parametrize(
    "query",
    [
        'userName eq "ada" or userName eq "bob" or userName eq "carol"',
        "userName pr or active pr",
        'not (userName eq "nobody")',
        'externalId eq "00u1" or externalId ne "00u1"',
        "id pr",
    ],
)
def test_no_filter_reaches_into_another_tenant(
    okta: ScimClient, foreign: ScimClient, tenant: Tenant, stranger: Tenant, crew: None, query: str
) -> None:
    for client, owner in ((okta, tenant), (foreign, stranger)):
        found_ids = {user["id"] for user in body(client.get("/Users", filter=query))["Resources"]}

        assert found_ids == {str(user.id) for user in User.objects.filter(tenant=owner)}


def test_an_id_is_found_in_its_own_tenant_only(
    okta: ScimClient, foreign: ScimClient, tenant: Tenant, crew: None
) -> None:
    ada = User.objects.get(tenant=tenant, user_name="ada")

    assert found(okta, f'id eq "{ada.id}"') == "ada"
    assert found(okta, f'id ne "{ada.id}"') == "Bob carol"
    assert found(okta, 'id eq "no-uuid"') == ""
    assert found(foreign, f'id eq "{ada.id}"') == ""
    assert found(foreign, f'members.value eq "{ada.id}"', "Groups") == ""


def test_a_search_answers_what_a_get_does(okta: ScimClient, crew: None) -> None:
    query = 'userName co "a"'
    message = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "FILTER": query,
        "count": 1,
    }

    answer = okta.post("/Users/.search", message)

    assert body(answer) == body(okta.get("/Users", filter=query, count=1))
    assert body(answer)["totalResults"] == 2


def test_deleted_resources_are_never_found(okta: ScimClient, tenant: Tenant, crew: None) -> None:
    okta.delete(f"/Users/{User.objects.get(tenant=tenant, user_name='ada').id}")
    okta.delete(f"/Groups/{Group.objects.get(tenant=tenant, display_name='Sales').id}")

    assert found(okta, 'userName eq "ada" or userName pr') == "Bob carol"
    assert found(okta, "displayName pr", "Groups") == "Engineers"


@pytest.mark.parametrize(
    "query",
    [
        "userName",
        "eq",
        'userName eq "ada',
        "userName eq ada",
        'userName is "ada"',
        'userName eq "ada" and',
        'userName eq "ada" xor active eq true',
        'userName eq "ada")',
        '(userName eq "ada"',
        'not userName eq "ada"',
        "shoeSize pr",
        'name.shoeSize eq "42"',
        'urn:x:department eq "R&D"',
        'department eq "R&D"',
        'password eq "x"',
        'password sw "x"',
        "active gt true",
        "active co true",
        'active eq "maybe"',
        "active eq 1",
        "userName eq 5",
        "userName eq true",
        "userName co 5",
        "userName gt null",
        'meta.lastModified gt "yesterday"',
        "meta.lastModified gt 5",
        'meta.lastModified lt "0001-01-01T00:00:00+14:00"',
        'meta.lastModified gt "9999-12-31T23:59:59-14:00"',
        'meta.lastModified co "2026"',
        'id sw "a"',
        "title eq true",
        "title gt 5",
        "emails.primary gt true",
        'emails.primary eq "maybe"',
        'x509Certificates.value gt "QQ=="',
        'emails[primary gt "a"]',
        "emails.value eq 5",
        'emails[shoeSize eq "x"]',
        'emails.shoeSize eq "x"',
        'name eq "x"',
        'addresses eq "x"',
        'title[value eq "x"]',
        'password[value eq "x"]',
        'meta.location sw "http"',
        'tenant_id eq "x"',
        'document__userName eq "ada"',
        'userName__contains eq "a"',
        "(" * 31 + 'userName eq "ada"' + ")" * 31,
        " or ".join(['userName eq "ada"'] * 201),
    ],
)
def test_what_is_not_understood_is_refused_and_never_widened(
    okta: ScimClient, crew: None, query: str
) -> None:
    assert_scim_error(okta.get("/Users", filter=query), 400, "invalidFilter")
