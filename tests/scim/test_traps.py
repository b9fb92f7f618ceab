"""Traps of django-scim2 and reasons why integrations fail that no other test of this room is about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from directory.models import User
from directory.signals import changed
from downstream.models import Replica
from scim.urls import urlpatterns
from tenants.models import Tenant
from tests.factories import make_group, make_target, make_user, user_document
from tests.scim.client import BASE, ScimClient, assert_scim_error, body

REFUSED = "application.provision.integration.call_api"


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


def queries_for(client: ScimClient, path: str, **query: Any) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path, **query).status_code == 200
    return [one["sql"] for one in captured.captured_queries]


def test_a_create_that_breaks_half_way_leaves_nothing(okta: ScimClient, tenant: Tenant) -> None:
    make_target(tenant)
    events = Event.objects.count()
    okta.django.raise_request_exception = False

    with breaking_with(RuntimeError("a secret of ours")):
        answer = okta.post("/Users", user_document("ada"))

    assert_scim_error(answer, 500)
    assert "secret" not in str(body(answer))
    assert not User.objects.filter(tenant=tenant).exists()
    assert not Replica.objects.exists()
    assert Event.objects.count() == events
    assert okta.post("/Users", user_document("ada")).status_code == 201


def test_a_busy_database_is_503_with_seconds_to_wait(okta: ScimClient, tenant: Tenant) -> None:
    with breaking_with(OperationalError("database is locked")):
        answer = okta.post("/Users", user_document("ada"))

    assert_scim_error(answer, 503)
    assert answer["Retry-After"] == "5"
    assert not User.objects.filter(tenant=tenant).exists()


def test_so_is_one_that_cannot_even_say_who_is_asking(okta: ScimClient) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("database is locked")

    with connection.execute_wrapper(refuse):
        answer = okta.get("/Users")

    assert_scim_error(answer, 503)


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda pattern: str(pattern.name))
def test_no_route_is_without_authentication(db: None, pattern: Any) -> None:
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        request = RequestFactory().generic(method, f"{BASE}/Users")

        assert pattern.callback(request).status_code == 401


def test_a_page_is_cut_by_the_database(okta: ScimClient, tenant: Tenant) -> None:
    for number in range(5):
        make_user(tenant, f"user{number}")

    lists = [sql for sql in queries_for(okta, "/Users", count=2) if "ORDER BY" in sql]

    assert lists
    assert all("LIMIT 2" in sql for sql in lists)


def test_reason_18_a_page_of_users_costs_the_same_for_one_and_for_twenty(
    okta: ScimClient, tenant: Tenant
) -> None:
    okta.get("/Users")
    costs = []
    for size in (1, 20):
        for number in range(size):
            make_group(tenant, "Crew", make_user(tenant, f"user{size}-{number}"))
        costs.append(len(queries_for(okta, "/Users")))

    assert costs[0] == costs[1]


def test_a_delete_takes_the_resource_of_its_own_tenant(
    okta: ScimClient, foreign: ScimClient, ada: User
) -> None:
    okta.delete(f"/Users/{ada.id}")

    assert body(okta.get("/Users", filter='userName eq "ada"'))["totalResults"] == 0
    assert body(foreign.get("/Users", filter='userName eq "ada"'))["totalResults"] == 1


def test_no_operations_change_nothing(okta: ScimClient, ada: User) -> None:
    before = body(okta.get(f"/Users/{ada.id}"))
    events = Event.objects.count()

    answer = okta.patch(f"/Users/{ada.id}")

    assert answer.status_code == 200
    assert body(answer) == before
    assert Event.objects.count() == events


def test_a_write_needs_no_csrf_token(okta: ScimClient) -> None:
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(
        f"{BASE}/Users",
        json.dumps(user_document("ada")),
        content_type="application/scim+json",
        headers=okta.headers,
    )

    assert answer.status_code == 201


@pytest.mark.parametrize(
    "accept",
    [
        "application/scim+json",
        "application/scim+json; charset=utf-8",
        "application/json",
        "text/json;charset=UTF-8",
        "*/*",
        "text/html",
        "",
    ],
)
def test_reason_1_every_media_type_that_clients_ask_for_is_answered_in_scim(
    okta: ScimClient, accept: str
) -> None:
    okta.headers["Accept"] = accept

    answer = okta.get("/Users")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/scim+json"


def test_reason_2_the_figures_of_a_list_are_integers(okta: ScimClient, ada: User) -> None:
    found = body(okta.get("/Users", startIndex="1", count="1"))

    assert {type(found[name]) for name in ("totalResults", "itemsPerPage", "startIndex")} == {int}


@pytest.mark.parametrize("path", ["/scim/v3/Users", "/scim/v2Users", "/scim/", "/scim/v2/nothing/here"])
def test_reason_5_no_address_below_scim_answers_in_html(okta: ScimClient, path: str) -> None:
    answer = Client().get(path, headers=okta.headers)

    assert_scim_error(answer, 404)  # type: ignore[arg-type]  # the test client's own response class


def test_reason_6_a_doubled_bearer_is_understood(okta: ScimClient) -> None:
    okta.headers["Authorization"] = "Bearer " + okta.headers["Authorization"]

    assert okta.get("/Users").status_code == 200


def test_reason_10_the_id_is_a_uuid_that_no_change_changes(okta: ScimClient, ada: User) -> None:
    answer = okta.put(f"/Users/{ada.id}", {**user_document("augusta"), "id": "other"})

    assert UUID(body(answer)["id"]) == ada.id
    assert body(answer)["userName"] == "augusta"
    assert body(answer)["meta"]["location"].endswith(f"/scim/v2/Users/{ada.id}")


def test_reason_11_who_was_deleted_here_stays_404_and_can_be_created_again(
    okta: ScimClient, ada: User
) -> None:
    okta.delete(f"/Users/{ada.id}")

    assert_scim_error(okta.put(f"/Users/{ada.id}", user_document("ada")), 404)
    assert_scim_error(okta.patch(f"/Users/{ada.id}", {"op": "replace", "value": {"active": False}}), 404)
    assert okta.post("/Users", user_document("ada")).status_code == 201


def test_reason_14_a_put_of_what_was_read_wipes_nothing(okta: ScimClient, ada: User) -> None:
    okta.patch(f"/Users/{ada.id}", {"op": "add", "value": {"shoeSize": 42, "title": "Countess"}})
    read = body(okta.get(f"/Users/{ada.id}"))

    answer = okta.put(f"/Users/{ada.id}", read)

    assert body(answer) == read


def test_reason_15_no_page_repeats_the_first(okta: ScimClient, tenant: Tenant) -> None:
    for number in range(4):
        make_user(tenant, f"user{number}")

    pages = [body(okta.get("/Users", startIndex=start, count=2))["Resources"] for start in (1, 3, 5)]

    names = [[user["userName"] for user in page] for page in pages]
    assert names == [["user0", "user1"], ["user2", "user3"], []]


def test_reason_16_users_of_a_name_only_are_listed(okta: ScimClient) -> None:
    created = body(okta.post("/Users", {"userName": "bare"}))

    assert body(okta.get("/Users"))["Resources"] == [created]
    assert created["schemas"] == ["urn:ietf:params:scim:schemas:core:2.0:User"]
    assert "active" not in created


def test_a_strict_look_at_addresses_would_refuse_oktas_own(okta: ScimClient) -> None:
    emails = [{"value": "not an address at all", "type": "work", "primary": True}]

    assert okta.post("/Users", user_document("a b@x.local", emails=emails)).status_code == 201
