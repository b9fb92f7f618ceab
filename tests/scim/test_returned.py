"""What is answered: `returned`, `attributes`, `excludedAttributes` (RFC 7643, 7; RFC 7644, 3.9)."""

from __future__ import annotations

from typing import Any

import pytest

from directory.models import Group, User
from tenants.models import Tenant
from tests.schemas import CUSTOM, define
from tests.scim.client import ScimClient, assert_scim_error, body
from tests.scim.conftest import ENTERPRISE

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ATTRIBUTES: list[dict[str, Any]] = [
    {"name": "badge", "returned": "always"},
    {"name": "door"},
    {"name": "note", "returned": "request"},
    {
        "name": "spot",
        "type": "complex",
        "subAttributes": [{"name": "floor", "type": "integer"}, {"name": "room"}],
    },
    {
        "name": "past",
        "type": "complex",
        "returned": "request",
        "subAttributes": [{"name": "room"}, {"name": "year"}],
    },
]
VALUES = {
    "badge": "B",
    "door": "D",
    "note": "N",
    "spot": {"floor": 1, "room": "x"},
    "past": {"room": "y", "year": "2025"},
}
USUAL = {"badge": "B", "door": "D", "spot": {"floor": 1, "room": "x"}}


@pytest.fixture
def address(okta: ScimClient, tenant: Tenant) -> str:
    define(tenant, *ATTRIBUTES)
    sent = {
        "userName": "eve",
        "title": "Countess",
        "name": {"givenName": "Eve", "familyName": "X"},
        "emails": [{"value": "e@x.org", "type": "work"}],
        ENTERPRISE: {"department": "R&D", "manager": {"value": "m1", "displayName": "Max"}},
        CUSTOM: VALUES,
        "urn:unheard:of": {"here": 1, "there": 2},
    }
    return f"/Users/{body(okta.post('/Users', sent))['id']}"


def shown(okta: ScimClient, address: str, **asked: str) -> dict[str, Any]:
    """Without what is always there."""
    document = body(okta.get(address, **asked))
    assert document.pop("id")
    assert document.pop("schemas")
    return document


def test_what_is_returned_on_request_is_left_out_by_itself(okta: ScimClient, address: str) -> None:
    one = shown(okta, address)
    listed = body(okta.get("/Users", filter='userName eq "eve"'))["Resources"][0]
    searched = body(okta.post("/Users/.search", {"filter": 'userName eq "eve"'}))["Resources"][0]
    root = body(okta.post("/.search", {"filter": 'userName eq "eve"'}))["Resources"][0]

    assert [found[CUSTOM] for found in (one, listed, searched, root)] == [USUAL] * 4


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("userName", {"userName": "eve"}),
        ("USERNAME", {"userName": "eve"}),
        (f"{CORE}:userName", {"userName": "eve"}),
        (f"{CORE.upper()}:USERNAME", {"userName": "eve"}),
        ("name.givenName", {"name": {"givenName": "Eve"}}),
        (f"{CORE}:name.givenName", {"name": {"givenName": "Eve"}}),
        ("emails.value", {"emails": [{"value": "e@x.org"}]}),
        ("emails.display", {}),
        ("userName, title", {"userName": "eve", "title": "Countess"}),
        (f"{ENTERPRISE}:department", {ENTERPRISE: {"department": "R&D"}}),
        (f"{ENTERPRISE}:manager.value", {ENTERPRISE: {"manager": {"value": "m1"}}}),
        (f"{ENTERPRISE.upper()}:MANAGER.VALUE", {ENTERPRISE: {"manager": {"value": "m1"}}}),
        (ENTERPRISE, {ENTERPRISE: {"department": "R&D", "manager": {"value": "m1", "displayName": "Max"}}}),
        (f"{CUSTOM}:door", {CUSTOM: {"door": "D"}}),
        (f"{CUSTOM}:spot.floor", {CUSTOM: {"spot": {"floor": 1}}}),
        (f"{CUSTOM}:note", {CUSTOM: {"note": "N"}}),
        (f"{CUSTOM.upper()}:NOTE", {CUSTOM: {"note": "N"}}),
        (f"{CUSTOM}:past.year", {CUSTOM: {"past": {"year": "2025"}}}),
        (CUSTOM, {CUSTOM: USUAL}),
        (f"{CUSTOM},{CUSTOM}:note", {CUSTOM: {**USUAL, "note": "N"}}),
        ("urn:unheard:of", {"urn:unheard:of": {"here": 1, "there": 2}}),
        ("urn:unheard:of:here", {"urn:unheard:of": {"here": 1}}),
        ("unheard,urn:no:such:thing", {}),
    ],
)
def test_attributes_names_what_is_answered_beside_what_always_is(
    okta: ScimClient, address: str, asked: str, expected: dict[str, Any]
) -> None:
    found = shown(okta, address, attributes=asked)

    assert found == {**expected, CUSTOM: {"badge": "B", **expected.get(CUSTOM, {})}}


@pytest.mark.parametrize(
    ("asked", "gone", "left"),
    [
        ("title", "title", None),
        (f"{CORE}:TITLE", "title", None),
        ("name.givenName", "name", {"familyName": "X"}),
        ("emails.type", "emails", [{"value": "e@x.org"}]),
        (ENTERPRISE, ENTERPRISE, None),
        (f"{ENTERPRISE}:department", ENTERPRISE, {"manager": {"value": "m1", "displayName": "Max"}}),
        (
            f"{ENTERPRISE}:manager.displayName",
            ENTERPRISE,
            {"department": "R&D", "manager": {"value": "m1"}},
        ),
        (CUSTOM, CUSTOM, {"badge": "B"}),
        (f"{CUSTOM}:badge", CUSTOM, USUAL),
        (f"{CUSTOM}:spot,{CUSTOM}:door", CUSTOM, {"badge": "B"}),
        (f"{CUSTOM}:spot.room", CUSTOM, {**USUAL, "spot": {"floor": 1}}),
        ("urn:unheard:of", "urn:unheard:of", None),
        ("urn:unheard:of:there", "urn:unheard:of", {"here": 1}),
    ],
)
def test_excluded_attributes_names_what_is_left_out_save_what_always_is_answered(
    okta: ScimClient, address: str, asked: str, gone: str, left: Any
) -> None:
    before = shown(okta, address)

    found = shown(okta, address, excludedAttributes=asked)

    assert found.get(gone) == left
    assert {name: value for name, value in found.items() if name != gone} == {
        name: value for name, value in before.items() if name != gone
    }


def test_id_and_schemas_can_not_be_left_out(okta: ScimClient, address: str) -> None:
    found = body(okta.get(address, excludedAttributes="id,schemas,meta"))

    assert {"id", "schemas"} <= set(found)
    assert "meta" not in found


def test_an_answer_to_a_write_is_cut_as_asked(okta: ScimClient, address: str) -> None:
    sent = {"userName": "eve", "title": "x", CUSTOM: {"badge": "B"}}
    patch = {"Operations": [{"op": "replace", "path": "title", "value": "y"}]}

    answers = [
        okta.send("POST", "/Users?attributes=title", {**sent, "userName": "joe"}),
        okta.send("PUT", f"{address}?attributes=title", sent),
        okta.send("PATCH", f"{address}?excludedAttributes=userName,meta", patch),
    ]

    assert [set(body(answer)) - {"id", "schemas"} for answer in answers] == [{"title", CUSTOM}] * 3


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_what_can_not_be_answered_as_asked_is_not_done(
    okta: ScimClient, address: str, tenant: Tenant, method: str
) -> None:
    path = "/Users" if method == "POST" else address
    sent = {"userName": "new", "Operations": [{"op": "replace", "value": {"userName": "new"}}]}
    sent = sent if method == "PATCH" else {"userName": "new"}

    answer = okta.send(method, f"{path}?attributes=title&excludedAttributes=title", sent)

    assert_scim_error(answer, 400, "invalidValue")
    assert not User.objects.filter(tenant=tenant, user_name="new").exists()


def test_what_a_write_names_is_answered_though_it_is_returned_on_request(
    okta: ScimClient, address: str
) -> None:
    whole = {"userName": "eve", CUSTOM: {**VALUES, "note": "N2"}}
    answers = [
        okta.put(address, whole),
        okta.patch(address, {"op": "replace", "path": f"{CUSTOM}:note", "value": "N2"}),
        okta.patch(address, {"op": "replace", "value": {CUSTOM.upper(): {"NOTE": "N2"}}}),
        okta.patch(address, {"op": "replace", "value": {f"{CUSTOM}:note": "N2"}}),
        okta.patch(address, {"op": "add", "path": CUSTOM, "value": {"note": "N2"}}),
        okta.post("/Users", {"userName": "joe", CUSTOM: {"note": "N2"}}),
    ]
    other = okta.patch(address, {"op": "replace", "path": "title", "value": "y"})

    assert [body(answer)[CUSTOM]["note"] for answer in answers] == ["N2"] * 6
    assert "past" not in body(answers[1])[CUSTOM]
    assert "note" not in body(other)[CUSTOM]


@pytest.mark.parametrize(
    ("asked", "has_members"),
    [
        ({}, True),
        ({"attributes": "members"}, True),
        ({"attributes": "members.value"}, True),
        ({"attributes": "urn:ietf:params:scim:schemas:core:2.0:Group:members"}, True),
        ({"attributes": "displayName"}, False),
        ({"excludedAttributes": "MEMBERS"}, False),
        ({"excludedAttributes": "members.display"}, True),
    ],
)
def test_members_are_read_only_where_they_are_answered(
    okta: ScimClient,
    group: Group,
    asked: dict[str, str],
    has_members: bool,
    django_assert_max_num_queries: Any,
) -> None:
    okta.get(f"/Groups/{group.id}", **asked)

    with django_assert_max_num_queries(3 if has_members else 2):
        found = body(okta.get(f"/Groups/{group.id}", **asked))

    assert ("members" in found) is has_members
