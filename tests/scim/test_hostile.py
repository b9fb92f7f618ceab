"""Bodies, names and addresses as a hostile client would send them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from directory.models import Group, User
from tenants.models import Tenant
from tests.factories import make_user, user_document
from tests.scim.client import ScimClient, assert_scim_error, body

METHODS = ("GET", "PUT", "PATCH", "DELETE")


def rows() -> list[Any]:
    return [
        User.objects.count(),
        Group.objects.count(),
        list(User.objects.values_list("version").order_by("id")),
    ]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["Users", "Groups"])
def test_a_strangers_resource_is_not_there(
    okta: ScimClient, stranger: Tenant, method: str, kind: str
) -> None:
    model: type[User] | type[Group] = User if kind == "Users" else Group
    theirs = model.objects.filter(tenant=stranger).first()
    assert theirs is not None
    operations = [{"op": "replace", "path": "displayName", "value": "Mallory"}]
    sent = {"userName": "mallory", "displayName": "Mallory", "Operations": operations}

    answer = okta.send(method, f"/{kind}/{theirs.id}", sent)

    assert_scim_error(answer, 404)
    theirs.refresh_from_db()
    assert theirs.version == 1
    assert theirs.is_living


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "name",
    [
        "1",
        "00919288221112222",
        "%00",
        "%ff",
        "..%2f..",
        "' or 1=1",
        pytest.param("x" * 5000, id="very long"),
        "bulkId",
        "null",
    ],
)
def test_what_is_no_id_names_nothing(okta: ScimClient, method: str, name: str) -> None:
    answer = okta.send(method, f"/Users/{name}", {"userName": "ada", "Operations": []})

    assert_scim_error(answer, 404)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(raw, id=name)
        for name, raw in {
            "nothing": b"",
            "blanks": b"  ",
            "open": b'{"userName": "ada"',
            "two": b'{"userName": "ada"}{}',
            "list": b"[]",
            "list of one": b'[{"userName": "ada"}]',
            "number": b"5",
            "text": b'"ada"',
            "null": b"null",
            "true": b"true",
            "not UTF-8": b'{"userName": "\xff"}',
            "UTF-16": '{"userName": "ada"}'.encode("utf-16"),
            "NaN": b'{"userName": "ada", "x": NaN}',
            "infinity": b'{"userName": "ada", "x": -Infinity}',
            "too large a number": b'{"userName": "ada", "x": 1e400}',
            "too long a number": b'{"userName": "ada", "x": ' + b"9" * 5000 + b"}",
            "deep lists": b"[" * 100_000,
            "deep objects": b'{"x":' * 100_000,
            "a name twice": b'{"userName": "ada", "userName": "bob"}',
            "a name in two spellings": b'{"userName": "ada", "username": "bob"}',
            "HTML": b"<html>",
        }.items()
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_what_is_no_json_object_is_a_syntax_error(
    okta: ScimClient, tenant: Tenant, method: str, raw: bytes
) -> None:
    user = make_user(tenant, "carol")
    before = rows()

    answer = okta.send(method, "/Users" if method == "POST" else f"/Users/{user.id}", raw)

    assert_scim_error(answer, 400, "invalidSyntax")
    assert rows() == before


def test_a_byte_order_mark_is_passed_over(okta: ScimClient) -> None:
    raw = b"\xef\xbb\xbf" + json.dumps(user_document("ada")).encode()

    assert okta.send("POST", "/Users", raw).status_code == 201


MEDIA_TYPES = [
    "application/xml",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/json; charset=iso-8859-1",
    "",
    pytest.param("x" * 1000, id="very long"),
]


@pytest.mark.parametrize("content_type", MEDIA_TYPES)
def test_the_body_is_read_as_json_whatever_it_is_called(okta: ScimClient, content_type: str) -> None:
    """No 415: what a body is, it says itself, and a wrong label has made many an integration fail."""
    answer = okta.send("POST", "/Users", user_document("ada"), content_type=content_type)

    assert answer.status_code == 201


@pytest.mark.parametrize("content_type", MEDIA_TYPES)
def test_what_is_no_json_is_refused_whatever_it_is_called(okta: ScimClient, content_type: str) -> None:
    answer = okta.send("POST", "/Users", b"userName=ada&active=true", content_type=content_type)

    assert_scim_error(answer, 400, "invalidSyntax")
    assert "JSON" in body(answer)["detail"]


def test_twenty_levels_are_kept_and_more_are_refused(okta: ScimClient) -> None:
    def nested(levels: int) -> Any:
        return {"x": nested(levels - 1)} if levels else "deep"

    assert okta.post("/Users", user_document("ada", extra=nested(17))).status_code == 201
    assert_scim_error(okta.post("/Users", user_document("bob", extra=nested(20))), 400, "invalidValue")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_ten_megabytes_are_too_much(okta: ScimClient, tenant: Tenant, method: str) -> None:
    user = make_user(tenant, "carol")
    raw = json.dumps(user_document("ada", title="x" * 10_000_000)).encode()

    answer = okta.send(method, "/Users" if method == "POST" else f"/Users/{user.id}", raw)

    assert_scim_error(answer, 413)


def test_one_document_may_not_be_very_large(okta: ScimClient) -> None:
    assert_scim_error(okta.post("/Users", user_document("ada", title="x" * 300_000)), 400, "invalidValue")


WRONG_TYPES: list[dict[str, Any]] = [
    {"userName": 5},
    {"userName": None},
    {"userName": ""},
    {"userName": "   "},
    {"userName": ["ada"]},
    {"active": "maybe"},
    {"active": 1},
    {"name": "Ada"},
    {"name": {"givenName": 5}},
    {"emails": {"value": "a@x"}},
    {"emails": ["a@x"]},
    {"emails": [{"value": 5}]},
    {"emails": [{"value": "a", "primary": True}, {"value": "b", "primary": True}]},
    {"schemas": "urn:x"},
    {"schemas": [5]},
    {"title": {"x": 1}},
    {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": "Sales"},
]


@pytest.mark.parametrize("wrong", WRONG_TYPES, ids=str)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_value_of_a_wrong_type_is_refused(
    okta: ScimClient, tenant: Tenant, method: str, wrong: dict[str, Any]
) -> None:
    user = make_user(tenant, "carol")
    before = rows()

    answer = okta.send(
        method, "/Users" if method == "POST" else f"/Users/{user.id}", {**user_document("ada"), **wrong}
    )

    assert_scim_error(answer, 400, "invalidValue")
    assert rows() == before
