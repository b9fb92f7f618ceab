"""Credentials: a secret is shown once, kept as a digest, and dies at once when it is revoked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from tenants.authentication import Presented, Refused, authenticate, read_header
from tenants.models import Credential, Hostname, Scope, Tenant
from tenants.requests import client_of, host_of
from tenants.services import Issued, Refusal, create_tenant, revoke_credential
from tests.factories import actor, make_credential
from tests.log import log_events

HOST = "scim.example.com"


def let_in(issued: Issued, *, scope: Scope = Scope.SCIM, host: str = HOST) -> Credential:
    return authenticate(f"Bearer {issued.token}", scope=scope, host=host)


def test_a_token_has_256_bits_and_only_its_digest_is_kept(tenant: Tenant) -> None:
    issued = make_credential(tenant)

    row = Credential.objects.values().get(id=issued.credential.id)
    assert len(issued.token) == 43
    assert row["digest"] == hashlib.sha256(issued.token.encode()).hexdigest()
    assert row["prefix"] == issued.token[:8]
    assert issued.token not in str(row)


def test_a_token_is_in_no_repr_no_label_and_no_event(tenant: Tenant) -> None:
    issued = make_credential(tenant)
    revoke_credential(issued.credential, by=actor())

    shown = [repr(issued), str(issued.credential), repr(issued.credential), issued.credential.label]
    shown += log_events().filter(tenant=tenant).values_list("body", flat=True)
    assert len(shown) == 6
    assert not [text for text in shown if issued.token in text]


def test_each_token_is_another(tenant: Tenant) -> None:
    assert len({make_credential(tenant).token for _ in range(20)}) == 20


def test_creating_and_revoking_are_events(tenant: Tenant) -> None:
    issued = make_credential(tenant)

    revoked = revoke_credential(issued.credential, by=actor())
    again = revoke_credential(issued.credential, by=actor())

    events = log_events().filter(tenant=tenant).order_by("id")
    assert (revoked, again) == (True, False)
    assert [event.event_type for event in events] == ["system.api_token.create", "system.api_token.revoke"]
    assert {event.document["target"][0]["id"] for event in events} == {str(issued.credential.id)}


def test_a_good_token_lets_in_and_names_its_tenant(tenant: Tenant) -> None:
    issued = make_credential(tenant)

    credential = let_in(issued)

    assert credential == issued.credential
    assert credential.tenant == tenant


def revoke(issued: Issued) -> None:
    revoke_credential(issued.credential, by=actor())


def expire(issued: Issued) -> None:
    Credential.objects.filter(id=issued.credential.id).update(expires_at=timezone.now())


def move(issued: Issued) -> None:
    Hostname.objects.create(tenant=Tenant.objects.get(name="stranger"), name=HOST)


def narrow(issued: Issued) -> None:
    Credential.objects.filter(id=issued.credential.id).update(scope=Scope.LOGS_READ)


@pytest.mark.parametrize(
    ("happens", "word"),
    [(revoke, "revoked"), (expire, "expired"), (move, "host name"), (narrow, "logs.read")],
)
def test_a_credential_that_is_known_but_refused_says_why(
    tenant: Tenant, happens: Callable[[Issued], None], word: str
) -> None:
    issued = make_credential(tenant)
    happens(issued)

    with pytest.raises(Refused, match=word) as caught:
        let_in(issued)

    assert caught.value.credential == issued.credential


def test_the_last_use_is_written_once_a_minute(tenant: Tenant) -> None:
    issued = make_credential(tenant)
    let_in(issued)
    first = Credential.objects.get(id=issued.credential.id).last_used_at

    let_in(issued)
    second = Credential.objects.get(id=issued.credential.id).last_used_at
    long_ago = timezone.now() - timedelta(minutes=2)
    Credential.objects.filter(id=issued.credential.id).update(last_used_at=long_ago)
    let_in(issued)

    third = Credential.objects.get(id=issued.credential.id).last_used_at
    assert first == second
    assert third is not None
    assert third > long_ago + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("header", "presented"),
    [
        ("Bearer abc", Presented("abc")),
        ("bearer   abc  ", Presented("abc")),
        ("Bearer Bearer abc", Presented("abc")),
        ("abc", Presented("abc")),
        ("Basic YTpiOmM=", Presented("b:c", "a")),
    ],
)
def test_a_header_is_read(header: str, presented: Presented) -> None:
    assert read_header(header) == presented


@pytest.mark.parametrize(
    "header", ["", "   ", "Digest abc", "Basic", "Basic abc", "Basic YWJj", "Bearer a b c d"]
)
def test_what_is_no_credential_is_refused(db: None, header: str) -> None:
    with pytest.raises(Refused) as caught:
        authenticate(header, scope=Scope.SCIM, host=HOST)

    assert caught.value.credential is None


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost", "localhost"),
        ("localhost:8000", "localhost"),
        ("localhost.:8000", "localhost"),
        ("[::1]:80", "[::1]"),
        ("[::1]", "[::1]"),
    ],
)
def test_the_host_name_is_read_without_its_port(host: str, name: str) -> None:
    assert host_of(RequestFactory(headers={"host": host}).get("/")) == name


def test_the_caller_is_its_address_and_a_short_user_agent() -> None:
    request = RequestFactory(headers={"user-agent": "x" * 1000}).get("/")

    client = client_of(request)

    assert client.ip_address == "127.0.0.1"
    assert client.user_agent == "x" * 300


@pytest.mark.parametrize("name", ["", "Acme", "a b", "-acme", "acme-", "a" * 64, "ä", "acme\n", "acme"])
def test_a_name_that_cannot_be_a_tenants_is_refused(tenant: Tenant, name: str) -> None:
    with pytest.raises(Refusal):
        create_tenant(name)

    assert Tenant.objects.count() == 2


def test_a_host_name_is_kept_as_it_is_looked_up(tenant: Tenant) -> None:
    hostname = Hostname(tenant=tenant, name="Scim.Example.com.")

    hostname.full_clean()

    assert hostname.name == "scim.example.com"


def test_a_host_name_belongs_to_one_tenant(tenant: Tenant) -> None:
    create_tenant("first", hostnames=["Scim.Example.com"])

    with pytest.raises(Refusal, match=r"scim\.example\.com"):
        create_tenant("second", hostnames=["other.example.com", "scim.example.com"])

    assert not Tenant.objects.filter(name="second").exists()
    assert list(Hostname.objects.values_list("name", flat=True)) == ["scim.example.com"]
