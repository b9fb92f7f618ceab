"""Public harnesses, run unchanged against the application: they are stricter than real clients."""

from __future__ import annotations

from collections import Counter

import pytest
from pytest_django.live_server_helper import LiveServer
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server
from scim_sanity.probe.runner import run_probe_api

from project.wsgi import application
from tenants.models import Tenant
from tests.factories import make_credential, make_entitlement


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
