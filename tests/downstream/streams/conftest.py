"""A stream that is told of users, from now on."""

from __future__ import annotations

import pytest

from downstream.models import LogStream
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.streams.telling import Told, make_stream, note
from tests.receivers import Receiver


@pytest.fixture
def told(tenant: Tenant, stranger: Downstream, receiver: Receiver) -> Told:
    note(tenant, "before")
    return make_stream(tenant, receiver)


@pytest.fixture
def small_batches(told: Told) -> Told:
    """Two events in one batch."""
    LogStream.objects.filter(id=told.stream.id).update(batch_size=2)
    return told
