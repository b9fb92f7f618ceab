"""`startIndex` and `count` as RFC 7644, 3.4.2.4 clamps them, in a query and in the body of a search."""

from __future__ import annotations

from typing import Any

import pytest

from scim import lists
from tenants.models import Tenant
from tests.factories import make_user
from tests.scim.client import SEARCH, ScimClient, assert_scim_error, body

NAMES = ["ann", "bob", "cy", "dan", "eva"]


@pytest.fixture
def five(tenant: Tenant) -> None:
    for name in NAMES:
        make_user(tenant, name)


def figures(answer: dict[str, Any]) -> tuple[list[str], int, int, int]:
    shown = [one["userName"] for one in answer["Resources"]]
    return shown, answer["startIndex"], answer["itemsPerPage"], answer["totalResults"]


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize("query", ["", "userName pr"])
@pytest.mark.parametrize(
    ("asked", "shown", "start"),
    [
        ({"startIndex": 0}, NAMES, 1),
        ({"startIndex": -7}, NAMES, 1),
        ({"startIndex": ""}, NAMES, 1),
        ({"startIndex": " 2 "}, NAMES[1:], 2),
        ({"startIndex": "+2"}, NAMES[1:], 2),
        ({"startIndex": 5}, ["eva"], 5),
        ({"startIndex": 6}, [], 6),
        ({"startIndex": 2_000_000_000}, [], 2_000_000_000),
        ({"count": 0}, [], 1),
        ({"count": -1}, [], 1),
        ({"count": ""}, NAMES, 1),
        ({"count": 3}, NAMES[:3], 1),
        ({"count": 5}, NAMES, 1),
        ({"count": 6}, NAMES, 1),
        ({"count": 2_000_000_000}, NAMES, 1),
        ({"startIndex": 4, "count": 1}, ["dan"], 4),
        ({"startIndex": 9, "count": 0}, [], 9),
    ],
)
def test_a_page_is_clamped_as_the_rfc_has_it(
    okta: ScimClient, query: str, asked: dict[str, Any], shown: list[str], start: int
) -> None:
    expected = (shown, start, len(shown), 5)

    assert figures(body(okta.get("/Users", filter=query, **asked))) == expected
    search = {"schemas": [SEARCH], "filter": query, **asked}
    assert figures(body(okta.post("/Users/.search", search))) == expected
    texts = {name: str(value) for name, value in asked.items()}
    assert figures(body(okta.post("/Users/.search", {**search, **texts}))) == expected


@pytest.mark.usefixtures("five")
def test_a_page_is_never_longer_than_the_published_maximum(
    okta: ScimClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = body(okta.get("/ServiceProviderConfig"))["filter"]["maxResults"]
    monkeypatch.setattr(lists, "MOST_RESULTS", 2)

    answer = body(okta.get("/Users", count=published))

    assert published == 1000
    assert figures(answer) == (["ann", "bob"], 1, 2, 5)


@pytest.mark.parametrize("name", ["startIndex", "count"])
@pytest.mark.parametrize("value", ["x", "1.5", "1e3", "0x1", "1,000", "9" * 5000, 1.5, True, [1], {}])
def test_what_is_no_number_is_refused(okta: ScimClient, name: str, value: Any) -> None:
    search = {"schemas": [SEARCH], name: value}

    for kind in ("/Users", "/Groups", ""):
        assert_scim_error(okta.post(f"{kind}/.search", search), 400, "invalidValue")
    if isinstance(value, str):
        assert_scim_error(okta.get("/Users", **{name: value}), 400, "invalidValue")
