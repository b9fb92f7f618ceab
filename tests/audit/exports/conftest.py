"""A tenant with some events in its log, and a stranger who has the same."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from audit.catalogue import EventType
from audit.log_event import Entry, Subject, SubjectType
from audit.services import record
from tenants.models import Tenant
from tests.factories import actor, make_tenant
from tests.log import log_events

Logging = Callable[..., list[str]]


def note(tenant: Tenant, *names: str, kind: EventType = EventType.USER_CREATED) -> list[str]:
    """An event about each of these users; returns their names."""
    subjects = [Subject(SubjectType.USER, str(uuid.uuid4()), name, name) for name in names]
    record(tenant.id, *(Entry(type=kind, actor=actor(), subjects=(one,)) for one in subjects))
    log_events()
    return list(names)


@pytest.fixture
def stranger(db: None) -> Tenant:
    stranger = make_tenant("stranger")
    note(stranger, "ada", "mallory")
    return stranger


@pytest.fixture
def tenant(stranger: Tenant) -> Tenant:
    tenant = make_tenant("acme")
    note(tenant, "ada", "grace", "joan")
    return tenant


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of two events, and nothing so small that it is ready at once."""
    monkeypatch.setattr("audit.exports.selecting.CHUNK", 2)
    monkeypatch.setattr("audit.exports.starting.CHUNK", 0)
