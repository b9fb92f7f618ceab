"""Names of any characters: what databases can't keep is refused, the rest is kept and found exactly."""

from __future__ import annotations

import json
from typing import Any

import pytest

from directory.models import Group, User
from tenants.models import Tenant
from tests.factories import make_user, user_document
from tests.log import log_events
from tests.scim.client import SEARCH, ScimClient, assert_scim_error, body

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ODD_NAMES = (
    'quo"te',
    "apo'strophe",
    "per%cent",
    "%",
    "under_score",
    "_",
    "back\\slash",
    "\\",
    "emoji 🎩",
    "plus+sign@x.local",
    "a&b=c;d#e?f/g",
    "<b>bold</b>",
    "; DROP TABLE directory_user; --",
    "line\nbreak\ttab",
    "null",
    "true",
    "(and) or [not]",
    "\uff41\uff44\uff41",
    "\u202eada",
)


@pytest.mark.parametrize("text", ["a\0b", "\0", "a\ud800b", "\udfff"])
@pytest.mark.parametrize(
    "place",
    [
        lambda text: {"userName": text},
        lambda text: {"title": text},
        lambda text: {"extra": text},
        lambda text: {text: "extra"},
        lambda text: {"extra": [{"deep": {text: 1}}]},
        lambda text: {"emails": [{"value": text}]},
        lambda text: {"schemas": [text]},
    ],
)
def test_characters_that_no_database_keeps_are_refused(okta: ScimClient, text: str, place: Any) -> None:
    answer = okta.post("/Users", {**user_document("ada"), **place(text)})

    assert_scim_error(answer, 400, "invalidValue")
    assert not User.objects.filter(tenant__name="acme").exists()


@pytest.mark.parametrize("text", ["\0", "\ud800"])
@pytest.mark.parametrize(
    "operation",
    [
        lambda text: {"op": text, "value": {}},
        lambda text: {"op": "replace", "path": text, "value": "x"},
        lambda text: {"op": "replace", "path": f'emails[type eq "{text}"].value', "value": "x"},
        lambda text: {"op": "replace", "path": "title", "value": text},
        lambda text: {"op": "replace", "value": {text: "x"}},
        lambda text: {"op": "replace", "value": {"id": text}},
    ],
)
def test_nor_are_they_in_a_patch(okta: ScimClient, tenant: Tenant, text: str, operation: Any) -> None:
    user = make_user(tenant, "ada")

    answer = okta.patch(f"/Users/{user.id}", operation(text))

    assert answer.status_code == 400
    user.refresh_from_db()
    assert user.version == 1


def test_they_are_refused_in_members_too(okta: ScimClient, tenant: Tenant) -> None:
    for member in ({"value": "\0"}, {"value": "x", "display": "\ud800"}, "\0", {"value": "x" * 600}):
        answer = okta.post("/Groups", {"displayName": "Crew", "members": [member]})

        assert_scim_error(answer, 400, "invalidValue")
    assert not Group.objects.filter(tenant=tenant).exists()


@pytest.mark.parametrize(
    "query",
    [
        {"filter": "userName eq \0"},
        {"filter": 'userName eq "a\0"'},
        {"filter": 'userName eq "\\u0000"'},
        {"filter": 'userName eq "\\ud800"'},
        {"filter": "\0"},
        {"startIndex": "\0"},
        {"count": "\0"},
    ],
)
def test_nor_are_they_in_a_query(okta: ScimClient, query: dict[str, str]) -> None:
    assert_scim_error(
        okta.get("/Users", **query), 400, "invalidFilter" if "filter" in query else "invalidValue"
    )


def test_a_search_body_is_read_as_strictly(okta: ScimClient) -> None:
    for wrong in (
        {"filter": 'userName eq "\ud800"'},
        {"filter": 5},
        {"count": "x"},
        {"count": True},
        {"startIndex": 1.5},
        {"attributes": 5},
        {"attributes": [5]},
        {"schemas": 5},
        {"schemas": None},
    ):
        assert okta.post("/Users/.search", {"schemas": [SEARCH], **wrong}).status_code == 400, wrong


def test_nul_characters_in_headers_and_addresses_break_nothing(okta: ScimClient) -> None:
    okta.headers["User-Agent"] = "Okta\0SCIM \x01Client 1.0"

    created = okta.post("/Users", user_document("ada"))

    assert created.status_code == 201
    assert log_events().newest_first().first() is not None
    assert_scim_error(okta.post("/Nothing%00", {}), 404)
    assert_scim_error(okta.send("DELETE", "/Users/%00"), 404)
    assert_scim_error(okta.get("/Schemas/%00"), 404)
    assert_scim_error(okta.get("/nothing%0Ahere"), 404)
    assert okta.get("/Users", attributes="\0").status_code == 200


def quoted(text: str) -> str:
    return json.dumps(text)


@pytest.mark.parametrize("name", ODD_NAMES)
def test_any_name_is_kept_as_sent_and_found_exactly(okta: ScimClient, tenant: Tenant, name: str) -> None:
    for other in ("ada", "quote", "perXcent", "underXscore", "X", "emoji"):
        make_user(tenant, other)

    created = body(okta.post("/Users", user_document(name, externalId=name)))

    assert created["userName"] == name
    for query in (f"userName eq {quoted(name)}", f"externalId eq {quoted(name)}"):
        found = body(okta.get("/Users", filter=query))["Resources"]
        assert [user["id"] for user in found] == [created["id"]]


@pytest.mark.parametrize("attribute", ["userName", "externalId", "name.familyName", "title"])
@pytest.mark.parametrize("sign", ["%", "_", "\\", '"', "'"])
def test_signs_that_databases_use_are_no_wildcards(
    okta: ScimClient, tenant: Tenant, attribute: str, sign: str
) -> None:
    odd = f"{sign}x{sign}"
    make_user(tenant, "plain", externalId="plain", title="plain")
    sent = {**user_document(odd), "externalId": odd, "title": odd, "name": {"familyName": odd}}
    created = body(okta.post("/Users", sent))

    for operator in ("co", "sw", "ew"):
        found = body(okta.get("/Users", filter=f"{attribute} {operator} {quoted(sign)}"))["Resources"]

        assert [user["id"] for user in found] == [created["id"]], operator


@pytest.mark.parametrize("attribute", ["userName", "externalId", "displayName"])
@pytest.mark.parametrize("letter", ["x", "\N{TOP HAT}", "ß"], ids=ascii)
def test_a_name_of_512_characters_is_kept(okta: ScimClient, attribute: str, letter: str) -> None:
    created = okta.post("/Users", {**user_document("ada"), attribute: letter * 512})

    assert created.status_code == 201
    assert body(okta.get(f"/Users/{body(created)['id']}"))[attribute] == letter * 512


def test_letters_that_become_three_in_lower_case_count_as_three(okta: ScimClient, tenant: Tenant) -> None:
    long = "\N{GREEK SMALL LETTER IOTA WITH DIALYTIKA AND TONOS}" * 512

    assert_scim_error(okta.post("/Users", user_document(long)), 400, "invalidValue")
    assert_scim_error(okta.post("/Groups", {"displayName": long}), 400, "invalidValue")
    assert okta.post("/Users", user_document(long[:300])).status_code == 201


@pytest.mark.parametrize("attribute", ["userName", "externalId", "displayName"])
@pytest.mark.parametrize("length", [513, 10_000])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_longer_one_is_refused(
    okta: ScimClient, tenant: Tenant, method: str, attribute: str, length: int
) -> None:
    user = make_user(tenant, "carol")
    value = "x" * length
    operation = {"op": "replace", "path": attribute, "value": value}
    sent = {**user_document("carol"), attribute: value, "Operations": [operation]}
    if method == "PATCH":
        sent["schemas"] = [PATCH]

    answer = okta.send(method, "/Users" if method == "POST" else f"/Users/{user.id}", sent)

    assert_scim_error(answer, 400, "invalidValue")
    user.refresh_from_db()
    assert user.version == 1


def test_a_filter_of_8000_characters_is_refused(okta: ScimClient) -> None:
    assert_scim_error(okta.get("/Users", filter=f'userName eq "{"x" * 8000}"'), 400, "invalidFilter")
