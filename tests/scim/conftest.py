"""Two tenants for every test: the one that speaks, and a stranger."""

from __future__ import annotations

import pytest

from tenants.models import Tenant
from tests.factories import make_tenant
from tests.scim.client import ScimClient, client_for


@pytest.fixture
def tenant(db: None) -> Tenant:
    return make_tenant("acme")


@pytest.fixture
def stranger(db: None) -> Tenant:
    return make_tenant("stranger")


@pytest.fixture
def okta(tenant: Tenant, stranger: Tenant) -> ScimClient:
    """Speaks for the tenant while the stranger has users of the same names."""
    return client_for(tenant)


@pytest.fixture
def foreign(stranger: Tenant) -> ScimClient:
    return client_for(stranger)
