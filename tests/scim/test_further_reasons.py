"""What else integrations with Okta fail by, beside the twenty reasons."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection

from directory.models import User
from tenants.models import Tenant
from tests.factories import user_document
from tests.scim.client import ScimClient, assert_scim_error, body, client_for
from tests.scim.filtering import found
from tests.scim.test_concurrency import at_once
from tests.scim.test_traps import breaking_with


def test_a_busy_database_is_503_with_whole_seconds_to_wait(okta: ScimClient, tenant: Tenant) -> None:
    """Okta reads no date in Retry-After."""
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


def test_a_host_name_with_an_underscore_is_refused_in_scim(okta: ScimClient) -> None:
    okta.headers["Host"] = "our_company.example.com"

    answer = okta.get("/Users")

    assert_scim_error(answer, 400)
    assert "host name" in body(answer)["detail"]


def test_a_wrong_namespace_of_an_attribute_is_kept_on_a_push_and_named_in_a_path(
    okta: ScimClient, ada: User
) -> None:
    wrong = "urn:ietf:params:scim:schemas:core:2.0:Usr"

    pushed = okta.put(f"/Users/{ada.id}", user_document("ada", **{wrong: {"title": "Dr"}}))
    patched = okta.patch(f"/Users/{ada.id}", {"op": "replace", "path": f"{wrong}:title", "value": "Dr"})

    assert body(pushed)[wrong] == {"title": "Dr"}
    assert_scim_error(patched, 400, "invalidPath")
    assert wrong in body(patched)["detail"]


def test_after_a_push_that_failed_the_next_one_is_served_as_if_it_had_not_been(
    okta: ScimClient, tenant: Tenant
) -> None:
    with breaking_with(OperationalError("database is locked")):
        okta.post("/Users", user_document("ada"))

    assert found(okta, 'userName eq "ada"') == ""
    assert okta.post("/Users", user_document("ada")).status_code == 201
    assert found(okta, 'userName eq "ada" and active eq true') == "ada"


@pytest.mark.django_db(transaction=True)
def test_who_is_created_at_the_same_moment_is_found_by_those_who_came_second(
    tenant: Tenant, stranger: Tenant
) -> None:
    """As by a first sign-in through SSO while Okta pushes the user."""
    clients = [client_for(tenant) for _ in range(2)]

    def create(client: ScimClient) -> int:
        status = client.post("/Users", user_document("ada")).status_code
        assert found(client, 'userName eq "ada"') == "ada"
        return status

    statuses = at_once([lambda one=one: create(one) for one in clients])  # type: ignore[misc]

    assert sorted(statuses) == [201, 409]


def test_a_strict_look_at_addresses_would_refuse_oktas_own(okta: ScimClient) -> None:
    emails = [{"value": "not an address at all", "type": "work", "primary": True}]

    assert okta.post("/Users", user_document("a b@x.local", emails=emails)).status_code == 201
