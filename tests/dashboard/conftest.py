"""A tenant with an administrator who is signed in, and a stranger's tenant that is always around."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client

from audit.catalogue import Outcome
from directory.catalogue import Entitlement
from directory.models import Group, User
from downstream.connectors import memory
from downstream.models import Replica, Target
from tenants.models import Operator, Role, Tenant
from tests.dashboard.deliveries import fail, replica_of
from tests.dashboard.exploring import delivery, sign_in
from tests.factories import make_entitlement, make_group, make_operator, make_target, make_tenant, make_user
from tests.log import aged


@dataclass(frozen=True)
class Stranger:
    """Somebody else's tenant, with a failure in it."""

    tenant: Tenant
    user: User
    group: Group
    target: Target
    replica: Replica
    role: Entitlement


@pytest.fixture
def tenant(db: None) -> Tenant:
    return make_tenant("acme")


@pytest.fixture(autouse=True)
def stranger(db: None) -> Stranger:
    memory.forget("strangers-target")
    tenant = make_tenant("strangers")
    target = make_target(tenant, "strangers-target")
    user = make_user(tenant, "stranger-in-person")
    group = make_group(tenant, "Stranger Things", user)
    fail(target, user)
    role = make_entitlement(tenant, "strange", display_name="Stranger still")
    return Stranger(tenant, user, group, target, replica_of(user), role)


@pytest.fixture
def target(tenant: Tenant) -> Target:
    memory.forget("HR")
    return make_target(tenant, "HR")


@pytest.fixture
def admin(tenant: Tenant) -> Operator:
    return make_operator(tenant, Role.ADMIN, "grace")


@pytest.fixture
def auditor(tenant: Tenant) -> Operator:
    return make_operator(tenant, Role.AUDITOR, "rosalind")


@pytest.fixture
def pages(client: Client, admin: Operator) -> Client:
    """The browser of an administrator who is signed in."""
    client.force_login(admin.user)
    return client


@pytest.fixture
def support_pages(tenant: Tenant) -> Client:
    """The browser of a member of the support staff of the same tenant."""
    client = Client()
    client.force_login(make_operator(tenant, Role.SUPPORT, "katherine").user)
    return client


@pytest.fixture
def auditor_pages(auditor: Operator) -> Client:
    """The browser of an auditor of the same tenant."""
    client = Client()
    client.force_login(auditor.user)
    return client


@pytest.fixture
def some(tenant: Tenant) -> None:
    aged(tenant.id, 20, sign_in("Somebody of long ago"))
    aged(tenant.id, 2, delivery(), delivery(Outcome.FAILURE, "HTTP 409: taken"))
    aged(tenant.id, 1, delivery(Outcome.DEFERRED, "HTTP 503"), sign_in())
