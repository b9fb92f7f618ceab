"""A tenant whose log is sealed, and what there is to say of it."""

from __future__ import annotations

from collections import Counter

import pytest

from audit.actor import system_actor
from audit.catalogue import EventType
from audit.hours import hour_of
from audit.log_event import Entry
from audit.models import Event, Hourly
from audit.services import record
from tenants.models import Tenant
from tests.factories import make_tenant


@pytest.fixture
def tenant(db: None) -> Tenant:
    record(make_tenant("stranger").id, entry())
    return make_tenant("acme")


def entry(kind: EventType = EventType.SIGNED_IN, **more: object) -> Entry:
    return Entry(**{"type": kind, "actor": system_actor(), **more})  # type: ignore[arg-type]  # of a test


def sealed(tenant: Tenant) -> list[Event]:
    return list(Event.objects.filter(tenant=tenant).order_by("seq"))


def is_exact(tenant: Tenant) -> bool:
    """Whether the tallies say what there is."""
    said = {(row.hour, row.event_type, row.result): row.count for row in Hourly.objects.filter(tenant=tenant)}
    return said == Counter(
        (hour_of(event.published), event.event_type, event.result) for event in sealed(tenant)
    )
