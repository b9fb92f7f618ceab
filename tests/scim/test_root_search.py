"""`POST /.search` at the base: users, then groups, as one list (RFC 7644, 3.4.2.1 and 3.4.3)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scim.views import listing
from tenants.models import Tenant
from tests.factories import make_user
from tests.scim.client import SEARCH, ScimClient, assert_scim_error, body
from tests.scim.conftest import ENTERPRISE

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
EVERYTHING = ["ada", "Bob", "carol", "Engineers", "Sales"]

pytestmark = pytest.mark.usefixtures("crew")


def search(okta: ScimClient, **asked: Any) -> dict[str, Any]:
    answer = okta.post("/.search", {"schemas": [SEARCH], **asked})
    assert answer.status_code == 200, answer.content
    return body(answer)


def names(found: dict[str, Any]) -> list[str]:
    return [one.get("userName") or one["displayName"] for one in found["Resources"]]


def test_without_a_filter_all_users_and_groups_are_found(okta: ScimClient) -> None:
    found = search(okta)

    assert found["schemas"] == [LIST]
    assert names(found) == EVERYTHING
    assert (found["totalResults"], found["itemsPerPage"], found["startIndex"]) == (5, 5, 1)
    kinds = [(one["meta"]["resourceType"], one["meta"]["location"]) for one in found["Resources"]]
    assert [kind for kind, _ in kinds] == ["User"] * 3 + ["Group"] * 2
    assert all(f"/{kind}s/" in location for kind, location in kinds)


@pytest.mark.parametrize("count", range(7))
@pytest.mark.parametrize("start", range(1, 8))
def test_a_page_may_span_both_kinds(okta: ScimClient, start: int, count: int) -> None:
    found = search(okta, startIndex=start, count=count)

    assert names(found) == EVERYTHING[start - 1 : start - 1 + count]
    assert (found["totalResults"], found["startIndex"]) == (5, start)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('externalId sw "00"', ["ada", "Bob", "Engineers"]),
        ('userName eq "ADA"', ["ada"]),
        ("members pr", ["Engineers", "Sales"]),
        ('displayName eq "sales"', ["Sales"]),
        ('externalId eq "nothing"', []),
        ('userName eq "ada" or displayName eq "sales"', ["ada", "Sales"]),
        ('not (userName eq "ada")', ["Bob", "carol", "Engineers", "Sales"]),
        ('userName ne "ada" and displayName ne "sales"', ["Bob", "carol", "Engineers"]),
        ('emails[type eq "work"] or members pr', ["ada", "Bob", "Engineers", "Sales"]),
        ('not (emails[type eq "work"])', ["carol", "Engineers", "Sales"]),
        (f'{ENTERPRISE}:department eq "R&D" or externalId eq "00g1"', ["ada", "Engineers"]),
        (f"not ({ENTERPRISE} pr)", ["Bob", "carol", "Engineers", "Sales"]),
    ],
)
def test_a_kind_without_the_attribute_has_no_match(okta: ScimClient, query: str, expected: list[str]) -> None:
    found = search(okta, filter=query)

    assert names(found) == expected
    assert found["totalResults"] == len(expected)


@pytest.mark.parametrize(
    "query",
    [
        'unheard eq "x"',
        'userName pr or unheard eq "x"',
        "userName eq",
        "(",
        "active gt true",
        "members.value eq 5",
        "emails[unheard pr]",
        "password pr",
    ],
)
def test_a_filter_that_no_kind_understands_is_400(okta: ScimClient, query: str) -> None:
    assert_scim_error(okta.post("/.search", {"schemas": [SEARCH], "filter": query}), 400, "invalidFilter")


def test_only_what_is_asked_for_is_answered(okta: ScimClient) -> None:
    only = search(okta, attributes=["userName", "displayName"])["Resources"]
    without = search(okta, excludedAttributes=["members", "groups"])["Resources"]

    assert {name for one in only for name in one} == {"schemas", "id", "userName", "displayName"}
    assert not [one for one in without if "members" in one or "groups" in one]


@pytest.mark.parametrize(
    "sent",
    [
        [],
        {"schemas": ["x"]},
        *({"schemas": [SEARCH], **wrong} for wrong in ({"startIndex": "x"}, {"filter": 5})),
    ],
)
def test_what_is_no_search_is_400(okta: ScimClient, sent: Any) -> None:
    assert okta.post("/.search", sent).status_code == 400


def test_a_page_of_groups_with_members_stays_short(okta: ScimClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "GROUPS_WITH_MEMBERS", 1)

    assert names(search(okta)) == EVERYTHING[:4]
    assert names(search(okta, startIndex=5)) == EVERYTHING[4:]
    assert names(search(okta, excludedAttributes=["members"])) == EVERYTHING


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"sortBy": "displayName"}, ["Engineers", "Sales", "ada", "Bob", "carol"]),
        ({"sortBy": "externalId"}, ["Engineers", "ada", "Bob", "carol", "Sales"]),
        ({"sortBy": "userName", "sortOrder": "descending"}, ["Engineers", "Sales", "carol", "Bob", "ada"]),
        ({"sortBy": "userName"}, ["ada", "Bob", "carol", "Engineers", "Sales"]),
        ({"sortBy": "meta.created"}, EVERYTHING),
        ({"sortBy": "active"}, ["Bob", "ada", "carol", "Engineers", "Sales"]),
        ({"sortBy": "members.display"}, ["Engineers", "Sales", "ada", "Bob", "carol"]),
        ({"sortBy": "meta.resourceType"}, ["Engineers", "Sales", "ada", "Bob", "carol"]),
        ({"sortBy": f"{ENTERPRISE}:department"}, ["ada", "Bob", "carol", "Engineers", "Sales"]),
    ],
)
def test_users_and_groups_are_sorted_as_one_list(
    okta: ScimClient, asked: dict[str, Any], expected: list[str]
) -> None:
    whole = search(okta, **asked)
    pages = [search(okta, startIndex=start, count=2, **asked) for start in (1, 3, 5)]

    assert names(whole) == expected
    assert [name for page in pages for name in names(page)] == expected
    assert {page["totalResults"] for page in (whole, *pages)} == {5}


def test_an_order_goes_with_a_filter_over_both_kinds(okta: ScimClient) -> None:
    found = search(okta, filter='externalId sw "00"', sortBy="externalId", sortOrder="descending")

    assert names(found) == ["Bob", "ada", "Engineers"]


def test_queries_do_not_grow_with_the_page(okta: ScimClient) -> None:
    search(okta)  # The first use of a credential is noted.

    with CaptureQueriesContext(connection) as short:
        search(okta, startIndex=3, count=4)
    with CaptureQueriesContext(connection) as long:
        search(okta)

    assert len(long) == len(short)


def test_a_search_at_the_root_finds_entitlements_behind_users_and_groups(
    okta: ScimClient, tenant: Tenant, catalogue: None
) -> None:
    make_user(tenant, "dora", displayName="Editor")

    found = body(okta.post("/.search", {"schemas": [SEARCH], "filter": 'displayName eq "editor"'}))

    assert found["totalResults"] == 2
    assert [resource["meta"]["resourceType"] for resource in found["Resources"]] == ["User", "Role"]
