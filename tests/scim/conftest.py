"""Two tenants for every test: the one that speaks, and a stranger."""

from __future__ import annotations

import pytest

from tenants.models import Tenant
from tests.factories import make_group, make_tenant, make_user
from tests.scim.client import ScimClient, client_for


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
