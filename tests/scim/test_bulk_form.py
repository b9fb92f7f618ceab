"""What is no bulk request is refused whole (RFC 7644, 3.7)."""

from __future__ import annotations

from typing import Any

import pytest

from directory.models import User
from tenants.models import Tenant
from tests.factories import user_document
from tests.scim.bulks import bulk, new_user, run, statuses
from tests.scim.client import ScimClient, assert_scim_error, body


def test_more_operations_than_allowed_are_413_and_nothing_happens(okta: ScimClient, tenant: Tenant) -> None:
    answer = okta.post("/Bulk", bulk(*[new_user(f"u{number}") for number in range(1001)]))

    assert_scim_error(answer, 413)
    assert "1000" in body(answer)["detail"]
    assert not User.objects.filter(tenant=tenant).exists()


WRONG: list[dict[str, Any]] = [
    {"method": None},
    {"method": "GET"},
    {"method": ["POST"]},
    {"path": None},
    {"path": 1},
    {"path": "Users"},
    {"path": "/Devices"},
    {"path": "/Users/1"},
    {"path": "/Users?x"},
    {"path": "/Users/\x00", "method": "DELETE"},
    {"path": "/Users/\ud800", "method": "DELETE"},
    {"path": "/Users/" + "1" * 300, "method": "DELETE"},
    {"method": "PUT"},
    {"bulkId": None},
    {"bulkId": ""},
    {"bulkId": 1},
    {"bulkId": "x" * 300},
    {"bulkId": "fine"},
    {"BULKID": "y"},
    {"version": 1},
    {"data": None},
    {"data": []},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_an_operation_of_the_wrong_form_refuses_the_whole_request(
    okta: ScimClient, tenant: Tenant, wrong: dict[str, Any]
) -> None:
    answer = okta.post("/Bulk", bulk(new_user("fine"), {**new_user("x"), **wrong}))

    assert_scim_error(answer, 400, "invalidSyntax")
    assert not User.objects.filter(tenant=tenant).exists()


@pytest.mark.parametrize("path", ["/Me", "/Me/", "/.search", "/Users/.search", "/Groups/.search/", "/Bulk"])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_is_no_resource_to_change_is_refused_and_says_what_to_do(
    okta: ScimClient, method: str, path: str
) -> None:
    answer = okta.post("/Bulk", bulk({**new_user("x"), "method": method, "path": path}))

    assert_scim_error(answer, 400, "invalidSyntax")
    assert path in body(answer)["detail"]
    assert any(
        remedy in body(answer)["detail"] for remedy in ("/Users/ and the id", "of its own", "this one")
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"schemas": ["urn:nonsense"]},
        {"Operations": None},
        {"Operations": {}},
        {"Operations": ["x"]},
        {"failOnErrors": 0},
        {"failOnErrors": "1"},
        {"failOnErrors": True},
        {"failOnErrors": 1.5},
    ],
)
def test_a_message_of_the_wrong_form_is_refused(okta: ScimClient, wrong: dict[str, Any]) -> None:
    assert_scim_error(okta.post("/Bulk", bulk(**wrong)), 400, "invalidSyntax")


def test_data_that_is_nested_too_deeply_fails_its_operation(okta: ScimClient) -> None:
    deep: Any = "bulkId:x"
    for _ in range(100):
        deep = [deep]

    answer = run(okta, new_user("a", notes=deep), new_user("x"))

    assert statuses(answer) == ["400", "201"]


def test_names_of_fields_are_compared_without_regard_to_case(okta: ScimClient) -> None:
    operation = {"METHOD": "POST", "Path": "/Users/", "bulkid": "x", "DATA": user_document("ann")}

    answer = okta.post("/Bulk", {"operations": [operation], "failonerrors": 1})

    assert body(answer)["Operations"][0]["status"] == "201"


def test_only_post_is_possible(okta: ScimClient) -> None:
    assert_scim_error(okta.get("/Bulk"), 405)
    assert_scim_error(okta.put("/Bulk", bulk()), 405)
