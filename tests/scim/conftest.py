"""Two tenants for every test: the one that speaks, and a stranger."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from directory.models import Group, User
from directory.services import create_user
from tenants.models import Tenant
from tests.factories import USER_SCHEMA, actor, make_entitlement, make_group, make_tenant, make_user
from tests.scim.client import ScimClient, client_for

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
NOON = datetime(2026, 5, 1, 12, 0, 0, 500_000, tzinfo=UTC)


@pytest.fixture
def tenant(db: None) -> Tenant:
    return make_tenant("acme")


@pytest.fixture
def stranger(db: None) -> Tenant:
    """Has users and a group of the names that the tests use, and must never be seen."""
    stranger = make_tenant("stranger")
    users = [make_user(stranger, name) for name in ("ada", "bob", "test.user@okta.local")]
    make_group(stranger, "Engineers", *users, externalId="00g1")
    return stranger


@pytest.fixture
def okta(tenant: Tenant, stranger: Tenant) -> ScimClient:
    """Speaks for the tenant while the stranger has users of the same names."""
    return client_for(tenant)


@pytest.fixture
def foreign(stranger: Tenant) -> ScimClient:
    return client_for(stranger)


@pytest.fixture
def ada(tenant: Tenant) -> User:
    return make_user(tenant, "ada")


@pytest.fixture
def bob(tenant: Tenant) -> User:
    return make_user(tenant, "bob")


@pytest.fixture
def group(tenant: Tenant, ada: User) -> Group:
    """Engineers, with Ada in it."""
    return make_group(tenant, "Engineers", ada)


@pytest.fixture
def crew(tenant: Tenant, stranger: Tenant) -> None:
    """Three users and two groups; the stranger has a copy of each."""
    User.objects.filter(tenant=stranger).delete()
    Group.objects.filter(tenant=stranger).delete()
    for owner in (tenant, stranger):
        ada = make_user(
            owner, "ada", externalId="00u1", title="Countess", **{ENTERPRISE: {"department": "R&D"}}
        )
        bob = make_user(owner, "Bob", externalId="00u2", active=False, title="")
        carol = {"schemas": [USER_SCHEMA], "userName": "carol", "name": {"familyName": "Ng"}}
        create_user(owner, carol, by=actor())
        make_group(owner, "Engineers", ada, bob, externalId="00g1")
        make_group(owner, "Sales", bob)
        User.objects.filter(tenant=owner, user_name="ada").update(modified_at=NOON)
        User.objects.filter(tenant=owner, user_name="carol").update(modified_at=NOON.replace(hour=18))


@pytest.fixture
def catalogue(tenant: Tenant, stranger: Tenant) -> None:
    """Two roles, an entitlement and a licence; the stranger has others."""
    for value in ("editor", "stranger-role"):
        make_entitlement(stranger, value, display_name="Stranger")
    make_entitlement(stranger, "x", "Secret")
    make_entitlement(tenant, "editor", display_name="Editor", description="Writes and changes articles")
    make_entitlement(tenant, "reader", display_name="Reader")
    make_entitlement(tenant, "vpn", "Entitlement", display_name="VPN access")
    make_entitlement(tenant, "pro", "License", display_name="Pro licence")
