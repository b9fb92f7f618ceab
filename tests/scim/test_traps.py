"""A test for each trap of django-scim2 0.23.0, under its number.

1 its `dispatch` swallows exceptions, so that ATOMIC_REQUESTS rolls nothing back
2 URLs mounted twice leave one mount without authentication
3 filters: over all tenants, unknown attributes dropped, precedence, `%` a wildcard, 27 terms a 500
4 lists load the whole table
5 DELETE goes by the wrong key, members are looked up across tenants
6 `startIndex=0`, a negative `count`, a JSON array, `"False"`, empty `Operations`
7 errors: a status that is a number, empty bodies of 401, 404 and 501, SQL in a 409
8 a UUID key never becomes the id; overriding `dispatch` loses the exemption from CSRF
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from directory.models import Group, Membership, User
from directory.signals import changed
from downstream.models import Replica
from scim.urls import urlpatterns
from tenants.models import Tenant
from tests.factories import make_group, make_target, make_user, user_document
from tests.log import log_events
from tests.scim.client import BASE, ScimClient, assert_scim_error, body
from tests.scim.filtering import found

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def test_every_trap_has_a_test() -> None:
    numbers = re.findall(r"^def test_trap_(\d+)_", Path(__file__).read_text(), re.MULTILINE)

    assert {int(number) for number in numbers} == set(range(1, 9))


@contextmanager
def breaking_with(error: Exception) -> Iterator[None]:
    """The last step of each change fails, inside its transaction."""

    def fail(**_: Any) -> None:
        raise error

    changed.connect(fail)
    try:
        yield
    finally:
        changed.disconnect(fail)


@pytest.mark.parametrize("atomic_requests", [False, True])
def test_trap_1_a_create_that_breaks_half_way_leaves_nothing(
    okta: ScimClient, tenant: Tenant, monkeypatch: pytest.MonkeyPatch, atomic_requests: bool
) -> None:
    make_target(tenant)
    events = log_events().count()
    okta.django.raise_request_exception = False
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", atomic_requests)

    with breaking_with(RuntimeError("a secret of ours")):
        answer = okta.post("/Users", user_document("ada"))

    assert_scim_error(answer, 500)
    assert "secret" not in str(body(answer))
    assert not User.objects.filter(tenant=tenant).exists()
    assert not Replica.objects.exists()
    assert log_events().count() == events
    assert okta.post("/Users", user_document("ada")).status_code == 201


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda pattern: str(pattern.name))
def test_trap_2_no_route_is_without_authentication(db: None, pattern: Any) -> None:
    for method in METHODS:
        request = RequestFactory().generic(method, f"{BASE}/Users")

        assert pattern.callback(request).status_code == 401


@pytest.mark.urls("tests.scim.mounted_twice")
@pytest.mark.parametrize("base", ["/scim/v2", "/other/scim"])
def test_trap_2_each_of_two_mounts_asks_who_is_there(okta: ScimClient, ada: User, base: str) -> None:
    for path in ("/Users", f"/Users/{ada.id}", "/ServiceProviderConfig", "/Bulk", ""):
        for method in METHODS:
            assert Client().generic(method, base + path).status_code == 401

    assert okta.django.get(f"{base}/Users", headers=okta.headers).status_code == 200


def test_trap_3_a_filter_stays_in_its_tenant_and_binds_as_it_should(okta: ScimClient, crew: None) -> None:
    """The stranger has a copy of each."""
    assert found(okta, 'userName eq "ada" or userName eq "bob" or userName pr') == "ada Bob carol"
    assert found(okta, 'userName eq "ada" or userName eq "bob" and active eq true') == "ada"
    assert found(okta, 'userName sw "%"') == ""
    assert found(okta, 'userName co "_"') == ""
    assert_scim_error(okta.get("/Users", filter='userName pr and shoeSize eq "42"'), 400, "invalidFilter")


@pytest.mark.parametrize("terms", [27, 200])
@pytest.mark.parametrize("word", ["or", "and"])
def test_trap_3_many_terms_are_a_filter_like_any_other(
    okta: ScimClient, crew: None, terms: int, word: str
) -> None:
    assert found(okta, f" {word} ".join(['userName eq "ada"'] * terms)) == "ada"


def test_trap_4_a_page_is_cut_by_the_database(okta: ScimClient, tenant: Tenant) -> None:
    for number in range(5):
        make_user(tenant, f"user{number}")

    for method, path, sent in (
        ("GET", "/Users?count=2", {}),
        ("GET", "/Users?count=2&filter=userName+pr", {}),
        ("POST", "/Users/.search", {"count": 2}),
        ("POST", "/.search", {"count": 2}),
    ):
        with CaptureQueriesContext(connection) as captured:
            assert okta.send(method, path, sent).status_code == 200

        lists = [one["sql"] for one in captured if "ORDER BY" in one["sql"]]
        assert lists
        # Two users fill the page of the root search: of groups it takes none.
        assert all("LIMIT 2" in sql or "LIMIT 0" in sql for sql in lists)


def test_trap_5_a_delete_takes_the_resource_of_its_own_tenant(
    okta: ScimClient, foreign: ScimClient, ada: User, stranger: Tenant
) -> None:
    theirs = User.objects.get(tenant=stranger, user_name="ada")

    assert okta.delete(f"/Users/{ada.id}").status_code == 204
    assert_scim_error(okta.delete(f"/Users/{theirs.id}"), 404)

    assert found(okta, 'userName eq "ada"') == ""
    assert found(foreign, 'userName eq "ada"') == "ada"


def test_trap_5_another_tenants_user_is_nobodys_member(okta: ScimClient, stranger: Tenant) -> None:
    theirs = User.objects.get(tenant=stranger, user_name="ada")

    created = okta.post("/Groups", {"displayName": "Crew", "members": [{"value": str(theirs.id)}]})

    assert Membership.objects.get(group_id=body(created)["id"]).user is None
    assert "display" not in body(created)["members"][0]


def test_trap_6_numbers_of_a_list_are_clamped(okta: ScimClient, ada: User) -> None:
    for query in ({"startIndex": 0}, {"startIndex": -1}, {"count": -1}, {"startIndex": 0, "count": 0}):
        answer = body(okta.get("/Users", **query))

        assert (answer["totalResults"], answer["startIndex"]) == (1, 1)
        assert answer["itemsPerPage"] == len(answer["Resources"]) == (0 if "count" in query else 1)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_trap_6_a_json_array_is_no_resource(okta: ScimClient, ada: User, method: str) -> None:
    path = "/Users" if method == "POST" else f"/Users/{ada.id}"

    assert_scim_error(okta.send(method, path, [user_document("bob")]), 400, "invalidSyntax")


def test_trap_6_false_may_be_written_as_a_word(okta: ScimClient, ada: User) -> None:
    answer = okta.patch(f"/Users/{ada.id}", {"op": "Replace", "path": "active", "value": "False"})

    assert body(answer)["active"] is False


@pytest.mark.parametrize("kind", ["Users", "Groups"])
def test_trap_6_no_operations_change_nothing(okta: ScimClient, ada: User, group: Group, kind: str) -> None:
    path = f"/Users/{ada.id}" if kind == "Users" else f"/Groups/{group.id}"
    before = body(okta.get(path))
    events = log_events().count()

    answer = okta.patch(path)

    assert answer.status_code == 200
    assert body(answer) == before
    assert log_events().count() == events


def test_trap_7_every_error_has_a_body_with_a_text_as_status_and_no_sql(okta: ScimClient, ada: User) -> None:
    """`assert_scim_error` looks for all of it, and for words that would tell how we are made."""
    nobody = ScimClient("Bearer nobody")

    assert_scim_error(nobody.get("/Users"), 401)
    assert_scim_error(okta.get("/Users/1"), 404)
    assert_scim_error(okta.get("/nothing"), 404)
    assert_scim_error(okta.post("/Users", user_document("ada")), 409, "uniqueness")
    assert_scim_error(okta.get("/Me"), 501)


def test_trap_8_the_key_is_the_id(okta: ScimClient) -> None:
    for path, sent in (("/Users", user_document("ada")), ("/Groups", {"displayName": "Crew"})):
        created = body(okta.post(path, sent))

        model: type[User] | type[Group] = User if path == "/Users" else Group
        assert model.objects.get(id=UUID(created["id"])).version == 1
        assert created["meta"]["location"].endswith(f"{path}/{created['id']}")
        assert body(okta.get(f"{path}/{created['id']}")) == created


def test_trap_8_a_write_needs_no_csrf_token(okta: ScimClient, tenant: Tenant) -> None:
    strict = Client(enforce_csrf_checks=True)
    group = make_group(tenant, "Crew")

    for method, path, sent in (
        ("POST", "/Users", user_document("ada")),
        ("PUT", f"/Groups/{group.id}", {"displayName": "Team"}),
        ("DELETE", f"/Groups/{group.id}", None),
        ("POST", "/Users/.search", {}),
        ("POST", "/Bulk", {"Operations": []}),
    ):
        answer = strict.generic(
            method, BASE + path, json.dumps(sent), content_type="application/scim+json", headers=okta.headers
        )

        assert answer.status_code < 300
