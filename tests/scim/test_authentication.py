"""Who is let in, and how those who are not are answered and noted."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.utils import timezone
from pytest_django import Settings

from directory.models import User
from tenants.models import Credential, Scope, Tenant
from tenants.services import Issued, revoke_credential
from tests.factories import actor, make_credential, make_tenant, make_user
from tests.log import log_events
from tests.scim.client import ScimClient, body

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
BLOCKED = "security.request.blocked"


def basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def expired(tenant: Tenant) -> Issued:
    issued = make_credential(tenant, expires_in=timedelta(days=1))
    Credential.objects.filter(id=issued.credential.id).update(expires_at=timezone.now())
    return issued


def revoked(tenant: Tenant) -> Issued:
    issued = make_credential(tenant)
    revoke_credential(issued.credential, by=actor())
    return issued


def for_logs(tenant: Tenant) -> Issued:
    return make_credential(tenant, scope=Scope.LOGS_READ)


def assert_unauthorized(answer: HttpResponse) -> None:
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/scim+json"
    assert answer["WWW-Authenticate"] == 'Bearer realm="Lockstep"'
    assert body(answer)["schemas"] == [ERROR]
    assert body(answer)["status"] == "401"
    assert body(answer)["detail"]


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "non-token",
        "Bearer non-token",
        "Bearer Bearer non-token",
        pytest.param("Bearer " + "x" * 100_000, id="very long"),
        "Bearer \0",
        "Bearer \xff",
        "Digest username=x",
        "Basic",
        "Basic !!",
        "Basic \x80",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"\xff:\xff").decode(),
        basic("", ""),
    ],
)
def test_who_shows_nothing_that_we_know_is_answered_401(tenant: Tenant, authorization: str) -> None:
    client = ScimClient(authorization)

    for path in ("/Users", "/Groups", "/Users/1", "/ServiceProviderConfig", "/Bulk", "/nothing", ""):
        assert_unauthorized(client.get(path))
    assert_unauthorized(client.post("/Users", {"userName": "ada"}))
    assert not User.objects.filter(tenant=tenant).exists()


def test_a_request_without_the_header_is_answered_401(okta: ScimClient) -> None:
    del okta.headers["Authorization"]

    assert_unauthorized(okta.get("/Users"))


@pytest.mark.parametrize("dead", [expired, revoked, for_logs])
def test_a_credential_that_no_longer_fits_is_answered_401_and_logged_once(tenant: Tenant, dead: Any) -> None:
    issued = dead(tenant)
    client = ScimClient(f"Bearer {issued.token}")

    assert_unauthorized(client.get("/Users"))
    assert_unauthorized(client.post("/Users", {"userName": "ada"}))

    event = log_events().get(event_type=BLOCKED)
    assert event.tenant == tenant
    assert event.document["outcome"]["result"] == "DENY"
    assert "credential" in event.document["outcome"]["reason"]
    assert issued.token not in event.body
    assert not User.objects.filter(tenant=tenant).exists()


def test_an_unknown_credential_is_in_nobodys_log(tenant: Tenant, stranger: Tenant) -> None:
    ScimClient("Bearer nobody").get("/Users")

    assert not log_events().filter(event_type=BLOCKED).exists()


def test_a_token_is_understood_with_bearer_once_twice_and_not_at_all(tenant: Tenant) -> None:
    token = make_credential(tenant).token

    for authorization in (f"Bearer {token}", f"bearer  {token} ", token, f"Bearer Bearer {token}"):
        assert ScimClient(authorization).get("/Users").status_code == 200


def test_basic_takes_the_user_name_and_the_secret_and_nothing_else(tenant: Tenant) -> None:
    issued = make_credential(tenant, kind=Credential.Kind.BASIC)
    name, secret = issued.credential.prefix, issued.token

    assert ScimClient(basic(name, secret)).get("/Users").status_code == 200
    for wrong in (basic("admin", secret), basic(name, "wrong"), basic(name.upper() + "x", secret)):
        assert_unauthorized(ScimClient(wrong).get("/Users"))
    for wrong in (f"Bearer {secret}", secret):
        assert_unauthorized(ScimClient(wrong).get("/Users"))


def test_a_bearer_token_is_no_basic_password(tenant: Tenant) -> None:
    issued = make_credential(tenant)

    assert_unauthorized(ScimClient(basic(issued.credential.prefix, issued.token)).get("/Users"))


def test_the_credential_chooses_the_tenant(okta: ScimClient, foreign: ScimClient, tenant: Tenant) -> None:
    ours = make_user(tenant, "ada")

    assert [user["id"] for user in body(okta.get("/Users"))["Resources"]] == [str(ours.id)]
    assert str(ours.id) not in str(body(foreign.get("/Users")))


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("acme.example.com", 200),
        ("ACME.example.com:8443", 200),
        ("rival.example.com", 401),
        ("rival.example.com:8443", 401),
        ("localhost", 200),
    ],
)
def test_a_credential_is_refused_on_the_host_name_of_another_tenant(
    db: None, settings: Settings, host: str, status: int
) -> None:
    settings.ALLOWED_HOSTS = [".example.com", "localhost"]
    tenant = make_tenant("acme", hostnames=["acme.example.com"])
    make_tenant("rival", hostnames=["rival.example.com"])
    client = ScimClient(f"Bearer {make_credential(tenant).token}")
    client.headers["Host"] = host

    answer = client.get("/Users")

    assert answer.status_code == status
    assert log_events().filter(tenant=tenant, event_type=BLOCKED).exists() == (status == 401)


def test_the_last_use_of_a_credential_is_noted(tenant: Tenant) -> None:
    issued = make_credential(tenant)
    before = timezone.now()

    ScimClient(f"Bearer {issued.token}").get("/Users")

    issued.credential.refresh_from_db()
    assert issued.credential.last_used_at is not None
    assert issued.credential.last_used_at >= before


def test_a_refused_credential_counts_as_unused(tenant: Tenant) -> None:
    issued = revoked(tenant)

    ScimClient(f"Bearer {issued.token}").get("/Users")

    issued.credential.refresh_from_db()
    assert issued.credential.last_used_at is None


def test_an_unknown_credential_is_in_the_log_of_whose_host_was_called(db: None, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = [".example.com", "localhost"]
    tenant = make_tenant("acme", hostnames=["acme.example.com"])
    make_tenant("rival")
    client = ScimClient("Bearer guessed-guessed-guessed")
    client.get("/Users")
    assert not log_events().filter(event_type=BLOCKED).exists()
    cache.clear()
    client.headers["Host"] = "acme.example.com"

    client.get("/Users"), client.get("/Users")

    (event,) = log_events().filter(event_type=BLOCKED)
    assert (event.tenant, event.document["actor"]["type"]) == (tenant, "Unknown")
    assert "guessed" not in event.body


def test_where_there_is_one_tenant_an_unknown_credential_knocks_at_its_door(db: None) -> None:
    tenant = make_tenant("acme")

    ScimClient("Bearer guessed").get("/Users")

    assert log_events().get(event_type=BLOCKED).tenant == tenant


def test_what_stands_in_the_place_of_the_scheme_is_not_repeated(db: None) -> None:
    make_tenant("acme")

    answer = ScimClient("my-secret with blanks").get("/Users")

    assert "my-secret" not in answer.content.decode() + log_events().get(event_type=BLOCKED).body
