"""Reading a list by cursor (RFC 9865): nobody is missed, nobody comes twice, whatever happens meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from directory.models import User
from directory.services import change_extension
from tenants.models import Tenant
from tests.factories import actor, make_group, make_user
from tests.schemas import CUSTOM, custom, define
from tests.scim.client import ScimClient, assert_scim_error, body

NAMES = ["ada", "bob", "carol", "dora", "emil"]


@pytest.fixture
def five(tenant: Tenant) -> list[User]:
    return [make_user(tenant, name) for name in NAMES]


def page(client: ScimClient, cursor: str, **asked: Any) -> tuple[list[str], str | None]:
    """The names on a page and the cursor of the one behind it."""
    answer = body(client.get("/Users", cursor=cursor, count=2, **asked))
    return [one["userName"] for one in answer["Resources"]], answer.get("nextCursor")


def pages(client: ScimClient, **asked: Any) -> list[list[str]]:
    cursor: str | None = ""
    read = []
    while cursor is not None:
        names, cursor = page(client, cursor, **asked)
        read.append(names)
    return read


def test_cursors_lead_through_the_whole_list(okta: ScimClient, five: list[User]) -> None:
    assert pages(okta) == [["ada", "bob"], ["carol", "dora"], ["emil"]]


def test_a_page_by_cursor_says_how_many_there_are_and_has_no_index(
    okta: ScimClient, five: list[User]
) -> None:
    answer = body(okta.get("/Users", cursor="", count=2))

    assert answer["totalResults"] == 5
    assert answer["itemsPerPage"] == 2
    assert "startIndex" not in answer


def test_a_last_page_that_is_just_full_has_no_cursor(okta: ScimClient, five: list[User]) -> None:
    answer = body(okta.get("/Users", cursor="", count=5))

    assert len(answer["Resources"]) == 5
    assert "nextCursor" not in answer


def test_users_created_and_deleted_between_pages_shift_nobody(
    okta: ScimClient, tenant: Tenant, five: list[User]
) -> None:
    first, cursor = page(okta, "")
    okta.delete(f"/Users/{five[0].id}")
    make_user(tenant, "fred")

    rest, cursor = page(okta, cursor or "")
    last, cursor = page(okta, cursor or "")

    assert [*first, *rest, *last] == [*NAMES, "fred"]
    assert cursor is None


def test_a_cursor_goes_with_a_filter(okta: ScimClient, five: list[User]) -> None:
    assert pages(okta, filter='userName ne "carol"') == [["ada", "bob"], ["dora", "emil"]]


def test_groups_are_read_by_cursor_too(okta: ScimClient, tenant: Tenant) -> None:
    for name in ("Engineers", "Poets"):
        make_group(tenant, name)

    first = body(okta.get("/Groups", cursor="", count=1))
    second = body(okta.get("/Groups", cursor=first["nextCursor"], count=1))

    assert [one["displayName"] for one in (*first["Resources"], *second["Resources"])] == [
        "Engineers",
        "Poets",
    ]


def test_a_search_takes_a_cursor_in_its_body(okta: ScimClient, five: list[User]) -> None:
    urn = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"

    first = body(okta.post("/Users/.search", {"schemas": [urn], "cursor": "", "count": 4}))
    last = body(okta.post("/Users/.search", {"schemas": [urn], "cursor": first["nextCursor"], "count": 4}))

    assert [one["userName"] for one in last["Resources"]] == ["emil"]


@pytest.mark.parametrize("cursor", ["x", "é", "AAAA", "A" * 32 + "AA", "_" * 32, "=" * 32])
def test_what_is_no_cursor_is_refused(okta: ScimClient, cursor: str) -> None:
    assert_scim_error(okta.get("/Users", cursor=cursor), 400, "invalidCursor")


def test_a_cursor_and_an_index_exclude_one_another(okta: ScimClient) -> None:
    assert_scim_error(okta.get("/Users", cursor="", startIndex=1), 400, "invalidValue")


def test_a_search_over_users_and_groups_takes_no_cursor(okta: ScimClient) -> None:
    urn = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"

    assert_scim_error(okta.post("/.search", {"schemas": [urn], "cursor": ""}), 400, "invalidValue")


def test_a_cursor_is_for_the_list_that_it_came_with(
    okta: ScimClient, foreign: ScimClient, five: list[User]
) -> None:
    plain = body(okta.get("/Users", cursor="", count=1))["nextCursor"]
    others = body(foreign.get("/Users", cursor="", count=1))["nextCursor"]
    by_name = body(okta.get("/Users", cursor="", count=1, sortBy="userName"))["nextCursor"]

    for wrong in (
        {"cursor": others},
        {"cursor": by_name},
        {"cursor": plain, "sortBy": "userName"},
        {"cursor": plain, "filter": "active eq true"},
        {"cursor": by_name, "sortBy": "name.familyName"},
        {"cursor": by_name, "sortBy": "userName", "sortOrder": "descending"},
    ):
        assert_scim_error(okta.get("/Users", **wrong), 400, "invalidCursor")
    assert_scim_error(okta.get("/Groups", cursor=plain), 400, "invalidCursor")


def test_a_sorted_list_begins_again_when_the_schema_has_changed(
    okta: ScimClient, tenant: Tenant, five: list[User]
) -> None:
    """The key of the place may be a text where numbers are compared now."""
    extension = define(tenant, {"name": "level"})
    for user in five:
        okta.put(f"/Users/{user.id}", {"userName": user.user_name, CUSTOM: {"level": user.user_name}})
    _, plain = page(okta, "")
    _, by_level = page(okta, "", sortBy=f"{CUSTOM}:level")

    change_extension(extension, custom({"name": "level", "type": "integer"}), by=actor())

    again = okta.get("/Users", cursor=by_level, count=2, sortBy=f"{CUSTOM}:level")
    assert_scim_error(again, 400, "invalidCursor")
    assert page(okta, plain or "")[0] == ["carol", "dora"]


def test_the_provider_config_says_how_lists_are_paged(okta: ScimClient) -> None:
    assert body(okta.get("/ServiceProviderConfig"))["pagination"] == {
        "cursor": True,
        "index": True,
        "defaultPaginationMethod": "index",
        "defaultPageSize": 100,
        "maxPageSize": 1000,
    }
