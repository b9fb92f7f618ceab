"""Addresses, methods and paging: whatever is asked below the base is answered in SCIM."""

from __future__ import annotations

from typing import Any

import pytest

from directory.models import Group, User
from tenants.models import Tenant
from tests.factories import make_group, make_user, user_document
from tests.scim.client import ScimClient, assert_scim_error, body

WRITING = ("POST", "PUT", "PATCH", "DELETE")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/Users", "GET, HEAD, POST, OPTIONS"),
        ("PATCH", "/Users/", "GET, HEAD, POST, OPTIONS"),
        ("DELETE", "/Groups", "GET, HEAD, POST, OPTIONS"),
        ("POST", "/Users/{id}", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"),
        ("POST", "/Groups/{id}", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"),
        ("TRACE", "/Users", "GET, HEAD, POST, OPTIONS"),
        ("BREW", "/Users", "GET, HEAD, POST, OPTIONS"),
        ("GET", "/Users/.search", "POST, OPTIONS"),
        ("DELETE", "/Groups/.search", "POST, OPTIONS"),
        ("GET", "/.search", "POST, OPTIONS"),
        ("POST", "/ServiceProviderConfig", "GET, HEAD, OPTIONS"),
        ("PUT", "/ResourceTypes", "GET, HEAD, OPTIONS"),
        ("DELETE", "/Schemas/urn:x", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_method_that_has_no_meaning_here_is_405_and_changes_nothing(
    okta: ScimClient, ada: User, method: str, path: str, allowed: str
) -> None:
    answer = okta.send(method, path.format(id=ada.id), user_document("bob", displayName="x"))

    assert_scim_error(answer, 405)
    assert answer["Allow"] == allowed
    assert User.objects.filter(tenant=ada.tenant).count() == 1
    assert not Group.objects.filter(tenant=ada.tenant).exists()


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/users", "/Users/1/2", "//Users", "/Users/{id}/x"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS", *WRITING])
def test_an_unknown_address_is_404(okta: ScimClient, ada: User, method: str, path: str) -> None:
    assert_scim_error(okta.send(method, path.format(id=ada.id), {}), 404)


@pytest.mark.parametrize("kind", ["Users", "Groups"])
def test_a_slash_at_the_end_is_tolerated_without_a_redirect(okta: ScimClient, kind: str) -> None:
    sent = {"userName": "bob", "displayName": "Bob"}

    created = okta.post(f"/{kind}/", sent)

    address = f"/{kind}/{body(created)['id']}"
    assert created.status_code == 201
    assert body(okta.get(f"{address}/")) == body(okta.get(address))
    assert body(okta.get(f"/{kind}/"))["totalResults"] == 1
    assert okta.put(f"{address}/", sent).status_code == 200
    assert okta.delete(f"{address}/").status_code == 204


def test_head_is_a_get_without_a_body(okta: ScimClient, ada: User) -> None:
    for path, status in (("/Users", 200), (f"/Users/{ada.id}", 200), ("/Schemas", 200), ("/Users/1", 404)):
        answer = okta.send("HEAD", path)

        assert answer.status_code == status
        assert answer["Content-Type"] == "application/scim+json"
        assert answer.content == b""


def test_options_names_the_methods(okta: ScimClient, ada: User) -> None:
    assert okta.send("OPTIONS", "/Users")["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert "PATCH" in okta.send("OPTIONS", f"/Users/{ada.id}")["Allow"]


@pytest.mark.parametrize(
    ("query", "start", "names"),
    [
        ({}, 1, ["ada", "bob", "carol"]),
        ({"startIndex": 0}, 1, ["ada", "bob", "carol"]),
        ({"startIndex": -5, "count": 1}, 1, ["ada"]),
        ({"startIndex": 3}, 3, ["carol"]),
        ({"startIndex": 4}, 4, []),
        ({"startIndex": 2_000_000_000}, 2_000_000_000, []),
        ({"startIndex": "", "count": ""}, 1, ["ada", "bob", "carol"]),
        ({"count": 0}, 1, []),
        ({"count": -1}, 1, []),
        ({"count": 2_000_000_000}, 1, ["ada", "bob", "carol"]),
    ],
)
@pytest.mark.parametrize("by_search", [False, True], ids=["GET", ".search"])
def test_paging_is_clamped_as_the_rfc_says(
    okta: ScimClient, tenant: Tenant, query: dict[str, Any], start: int, names: list[str], by_search: bool
) -> None:
    for name in ("ada", "bob", "carol"):
        make_user(tenant, name)
    message = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], **query}

    answer = okta.post("/Users/.search", message) if by_search else okta.get("/Users", **query)

    found = body(answer)
    assert [user["userName"] for user in found["Resources"]] == names
    assert (found["totalResults"], found["itemsPerPage"], found["startIndex"]) == (3, len(names), start)


@pytest.mark.parametrize("name", ["startIndex", "count"])
@pytest.mark.parametrize(
    "value", ["x", "1.5", "1e3", "0x10", "--1", 10**30, pytest.param("9" * 5000, id="very long")]
)
def test_what_is_no_such_number_is_refused(okta: ScimClient, name: str, value: object) -> None:
    assert_scim_error(okta.get("/Users", **{name: value}), 400, "invalidValue")


def test_only_what_is_asked_for_is_answered(okta: ScimClient, ada: User) -> None:
    group = make_group(ada.tenant, "Engineers", ada)

    def keys(path: str, **query: str) -> set[str]:
        return set(body(okta.get(path, **query)))

    path = f"/Users/{ada.id}"
    assert keys(path, attributes="userName") == {"schemas", "id", "userName"}
    assert keys(path, attributes="USERNAME, name.givenName") == {"schemas", "id", "userName", "name"}
    assert body(okta.get(path, attributes="name.givenName"))["name"] == {"givenName": "Ada"}
    assert keys(path, attributes="urn:ietf:params:scim:schemas:core:2.0:User:active") >= {"active"}
    assert keys(path, excludedAttributes="emails,groups,id,schemas,meta,name") == {
        *("schemas", "id", "userName", "active")
    }
    assert keys(f"/Groups/{group.id}", attributes="members") == {"schemas", "id", "members"}
    assert_scim_error(okta.get(path, attributes="name", excludedAttributes="name"), 400, "invalidValue")
