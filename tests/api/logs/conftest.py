"""A tenant whose log is read by a credential, beside a stranger with a log of its own."""

from __future__ import annotations

import pytest

from tenants.models import Scope, Tenant
from tests.api.logs.reader import Reader
from tests.audit.search.events import entry, write
from tests.factories import make_credential, make_tenant


@pytest.fixture
def tenant(db: None) -> Tenant:
    stranger = make_tenant("stranger")
    write(stranger, *(entry(name) for name in ("eve", "mallory")))
    return make_tenant("acme")


@pytest.fixture
def reader(tenant: Tenant) -> Reader:
    return reader_of(tenant)


def reader_of(tenant: Tenant) -> Reader:
    reader = Reader(make_credential(tenant, scope=Scope.LOGS_READ).token)
    # Of the making of the credential there is an event, too.
    reader.start()
    return reader
