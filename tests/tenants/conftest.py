"""A tenant, and a stranger who has a credential of their own."""

from __future__ import annotations

import pytest

from tenants.models import Tenant
from tests.factories import make_credential, make_tenant


@pytest.fixture
def tenant(db: None) -> Tenant:
    make_credential(make_tenant("stranger"))
    return make_tenant("acme")
