"""Public harnesses, run unchanged against the application: they are stricter than real clients."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server
from scim_sanity.probe.runner import run_probe_api

from project.wsgi import application
from tenants.models import Tenant
from tests.factories import make_credential, make_entitlement
from tests.schemas import EVERY_RULE, EVERY_TYPE, define


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_scim2_tester_finds_nothing_wrong(tenant: Tenant, stranger: Tenant) -> None:
    headers = {"Authorization": f"Bearer {make_credential(tenant).token}"}
    client = WSGISCIMClient(application, base_url="http://localhost/scim/v2", headers=headers)

    results = check_server(client)

    passed = [result for result in results if result.status is Status.SUCCESS]
    others = [result for result in results if result.status is not Status.SUCCESS]
    assert [(result.title, result.reason) for result in others] == []
    assert len(passed) == 135


# Where scim2-tester is wrong about attributes that no core schema has, and why.
ACCEPTED = {
    "custom": "of the whole extension it expects what is never returned, and removes what is immutable",
    "key": "compares Base64 with the bytes that it stands for",
    "tags": "expects of add that it replaces the values of a list (RFC 7644, 3.5.2.1)",
    "levels": "the same",
    "spots": "the same",
    "once": "adds another value to an immutable attribute that has one",
    "note": "expects in a plain GET what is returned on request",
    "memo": "expects what is never returned",
}


def fillable(attribute: dict[str, Any]) -> bool:
    """It writes made-up texts into decimals and moments, and trips over its own model of them."""
    parts = attribute.get("subAttributes", [])
    return attribute.get("type") not in {"decimal", "dateTime"} and all(fillable(part) for part in parts)


@pytest.fixture
def extended(tenant: Tenant) -> Tenant:
    """With extensions of users and of groups that have attributes of every type and rule."""
    parts = [{"name": "floor", "type": "integer"}, {"name": "room"}]
    spot: dict[str, Any] = {"name": "spot", "type": "complex", "subAttributes": parts}
    spots = [spot, {**spot, "name": "spots", "multiValued": True}]
    attributes = [one for one in (*EVERY_TYPE, *EVERY_RULE) if fillable(one)] + spots
    define(tenant, *attributes)
    define(tenant, *attributes, urn="urn:okta:acme:1.0:group:custom", resource="Group")
    return tenant


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_scim2_tester_finds_nothing_wrong_with_a_tenant_s_own_attributes(
    extended: Tenant, stranger: Tenant
) -> None:
    headers = {"Authorization": f"Bearer {make_credential(extended).token}"}
    client = WSGISCIMClient(application, base_url="http://localhost/scim/v2", headers=headers)

    results = check_server(client)

    passed = [result for result in results if result.status is Status.SUCCESS]
    others = [result for result in results if result.status is not Status.SUCCESS]
    wrong = {str((result.data or {})["urn"]).rpartition(":")[2]: result.reason for result in others}
    assert {name: reason for name, reason in wrong.items() if name not in ACCEPTED} == {}
    assert len(passed) > 135


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_scim_sanity_finds_nothing_wrong_with_a_tenant_s_own_attributes(
    live_server: LiveServer, tenant: Tenant, stranger: Tenant
) -> None:
    # It sends none of them: what is required would be missing.
    attributes = [one for one in (*EVERY_TYPE, *EVERY_RULE) if not one.get("required")]
    define(tenant, *attributes)
    define(tenant, *attributes, urn="urn:okta:acme:1.0:group:custom", resource="Group")

    report = run_probe_api(f"{live_server.url}/scim/v2", token=make_credential(tenant).token, strict=True)

    counts = Counter(result["status"] for result in report["results"])
    assert [result for result in report["results"] if result["status"] not in {"pass", "skip"}] == []
    assert counts["pass"] >= 28


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_scim2_tester_finds_nothing_wrong_beside_roles_and_entitlements(
    tenant: Tenant, stranger: Tenant
) -> None:
    """Those can't be made by SCIM, and it reads what it has made."""
    make_entitlement(tenant)
    make_entitlement(tenant, "pro", "License")
    headers = {"Authorization": f"Bearer {make_credential(tenant).token}"}
    client = WSGISCIMClient(application, base_url="http://localhost/scim/v2", headers=headers)

    results = check_server(client, resource_types=["User", "Group"])

    passed = [result for result in results if result.status is Status.SUCCESS]
    others = [result for result in results if result.status is not Status.SUCCESS]
    assert [(result.title, result.reason) for result in others] == []
    # Above, and each of the two types and of the two schemas by its id, and the schema of each type.
    assert len(passed) == 141


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_scim_sanity_finds_nothing_wrong_in_strict_mode(
    live_server: LiveServer, tenant: Tenant, stranger: Tenant
) -> None:
    token = make_credential(tenant).token
    make_entitlement(tenant)

    report = run_probe_api(f"{live_server.url}/scim/v2", token=token, strict=True)

    counts = Counter(result["status"] for result in report["results"])
    assert [result for result in report["results"] if result["status"] not in {"pass", "skip"}] == []
    # Skipped: agents, which are a draft and no resource type of ours.
    assert counts == {"pass": 28, "skip": 3}
