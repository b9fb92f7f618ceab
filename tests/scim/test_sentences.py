"""What Okta's administrator reads when something is refused: which part of it, and what to do."""

from __future__ import annotations

from typing import Any

import pytest

from directory.models import Group, User
from tests.factories import user_document
from tests.scim.bulks import bulk
from tests.scim.client import ScimClient, assert_scim_error, body

LONG = "x" * 513


def operation(op: str, path: str | None = None, value: Any = "x") -> dict[str, Any]:
    return {"op": op, "value": value, **({"path": path} if path else {})}


REFUSED_PATCHES: list[tuple[dict[str, Any], str, list[str]]] = [
    (operation("replace", "shoeSize"), "invalidPath", ["shoeSize", "/Schemas"]),
    (operation("replace", "name.shoeSize"), "invalidPath", ["name.shoeSize", "/Schemas"]),
    (operation("replace", "title["), "invalidFilter", ["title[", "Expected"]),
    (operation("replace", 'title[value eq "x"]'), "invalidPath", ["title", "leave the filter"]),
    (operation("replace", "id"), "mutability", ["id", "leave this operation out"]),
    (operation("replace", "groups"), "mutability", ["groups", "read-only"]),
    (operation("replace", value={"id": "1"}), "mutability", ["id", "leave it out"]),
    (operation("remove"), "noTarget", ["path", "name the attribute"]),
    (operation("replace", 'emails[type co "x"].value'), "noTarget", ["emails", "read the resource"]),
    (operation("replace", "emails", [{"value": 5}]), "invalidValue", ["emails.value", "a string"]),
    (operation("replace", "name", "Ada"), "invalidValue", ["name", "object"]),
    (operation("replace", "active", "maybe"), "invalidValue", ["active", "true or false"]),
    (operation("replace", "userName", ""), "invalidValue", ["userName", "not empty"]),
    (operation("move", "title"), "invalidSyntax", ["op", "add, replace or remove"]),
]


@pytest.mark.parametrize(("sent", "scim_type", "words"), REFUSED_PATCHES, ids=str)
def test_a_refused_patch_says_which_attribute_and_what_to_do(
    okta: ScimClient, ada: User, sent: dict[str, Any], scim_type: str, words: list[str]
) -> None:
    answer = okta.patch(f"/Users/{ada.id}", sent)

    assert_scim_error(answer, 400, scim_type)
    assert not [word for word in words if word not in body(answer)["detail"]], body(answer)["detail"]


REFUSED_BODIES: list[tuple[dict[str, Any], str, list[str]]] = [
    ({"userName": None}, "invalidValue", ["userName", "send it"]),
    ({"userName": LONG}, "invalidValue", ["userName", "513", "512", "shorten"]),
    ({"emails": [{"value": LONG}]}, "invalidValue", ["emails.value", "shorten"]),
    ({"emails": "a@x"}, "invalidValue", ["emails", "square brackets"]),
    ({"emails": [{"primary": True}] * 2}, "invalidValue", ["emails", "primary", "mark one"]),
    ({"username": "twice"}, "invalidSyntax", ["userName", "username", "once"]),
    ({"schemas": "urn:x"}, "invalidValue", ["schemas", "list"]),
    ({"title": "\x00"}, "invalidValue", ["title", "NUL", "leave it out"]),
]


@pytest.mark.parametrize(("sent", "scim_type", "words"), REFUSED_BODIES, ids=lambda value: str(value)[:60])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_refused_body_says_which_attribute_and_what_to_do(
    okta: ScimClient, ada: User, method: str, sent: dict[str, Any], scim_type: str, words: list[str]
) -> None:
    path = "/Users" if method == "POST" else f"/Users/{ada.id}"

    answer = okta.send(method, path, {**user_document("bob"), **sent})

    assert_scim_error(answer, 400, scim_type)
    assert not [word for word in words if word not in body(answer)["detail"]], body(answer)["detail"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("shoeSize pr", ["shoeSize", "/Schemas"]),
        ("userName", ["an operator", "after userName", "character 9"]),
        ("userName eq ada", ["in quotation marks", "ada"]),
        ("userName eq 5", ["userName", "double quotes"]),
        ("active gt true", ["gt", "use eq or ne"]),
        ('title[value eq "x"]', ["title", "brackets"]),
        ('name eq "x"', ["name", "parts"]),
        ('meta.created gt "noon"', ["meta.created", "2026-"]),
        ("(" * 31 + "title pr" + ")" * 31, ["30", "flatter"]),
        (" or ".join(["title pr"] * 201), ["200", "several requests"]),
        ("x" * 8001, ["8001", "8000"]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_refused_filter_says_where_and_what_to_write(
    okta: ScimClient, query: str, words: list[str]
) -> None:
    answer = okta.get("/Users", filter=query)

    assert_scim_error(answer, 400, "invalidFilter")
    assert not [word for word in words if word not in body(answer)["detail"]], body(answer)["detail"]


NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "scim_type", "words"),
    [
        ("GET", f"/Users/{NOBODY}", None, 404, None, [NOBODY, "look it up by userName", "create it"]),
        ("PUT", "/Users/ada", {}, 404, None, ["user ada", "look it up"]),
        ("DELETE", f"/Groups/{NOBODY}", None, 404, None, [NOBODY, "displayName"]),
        ("GET", "/Schemas/urn:x", None, 404, None, ["urn:x", "list"]),
        ("GET", "//Users", None, 404, None, ["slash", "base URL"]),
        ("GET", "/User", None, 404, None, ["/scim/v2/User", "/Users and /Groups"]),
        ("PUT", "/Users", {}, 405, None, ["PUT", "GET, HEAD, POST"]),
        ("POST", "/Users", user_document("ADA"), 409, "uniqueness", ["userName", "ADA", "taken"]),
        ("POST", "/Users", b"x" * 9_000_000, 413, None, ["8388608", "several"]),
        ("GET", "/Users?count=many", None, 400, "invalidValue", ["count", "whole number"]),
        ("GET", "/Users?cursor=x", None, 400, "invalidCursor", ["cursor", "begin again"]),
        ("POST", "/Bulk", bulk({"method": "PUT"}), 400, "invalidSyntax", ["Operations[0].path", "/Users"]),
        ("POST", "/Users/.search", {"schemas": ["x"]}, 400, "invalidSyntax", ["schemas", "SearchRequest"]),
    ],
    ids=lambda value: str(value)[:30],
)
def test_other_refusals_say_what_was_wrong_and_what_to_do(
    okta: ScimClient,
    ada: User,
    group: Group,
    method: str,
    path: str,
    sent: Any,
    status: int,
    scim_type: str | None,
    words: list[str],
) -> None:
    answer = okta.send(method, path, sent)

    assert_scim_error(answer, status, scim_type)
    assert not [word for word in words if word not in body(answer)["detail"]], body(answer)["detail"]


def test_a_version_that_is_gone_is_named_with_the_present_one(okta: ScimClient, ada: User) -> None:
    answer = okta.send("PUT", f"/Users/{ada.id}", user_document("ada"), headers={"If-Match": 'W/"9"'})

    assert_scim_error(answer, 412)
    assert all(word in body(answer)["detail"] for word in ('W/"1"', "Read the resource again"))
