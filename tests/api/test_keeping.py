"""Retention and erasure by the management API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse

from audit.catalogue import EventType
from audit.kinds import Kind
from audit.log_event import Entry
from audit.models import Erasure, RetentionRule
from audit.retention import days_of
from tenants.models import Scope, Tenant
from tests.api.conftest import Manager
from tests.factories import actor, make_credential, make_tenant, make_user
from tests.log import aged, log_events


def read(answer: HttpResponse, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


def test_days_are_read_and_changed(manager: Manager, tenant: Tenant) -> None:
    aged(tenant.id, 100, Entry(type=EventType.SIGNED_IN, actor=actor()))

    found = read(manager.get("log-retention"))

    assert found == {
        "default_days": 90,
        "days": dict.fromkeys(Kind.values, 90),
        "expired": {**dict.fromkeys(Kind.values, 0), "access": 1},
    }
    changed = read(manager.patch("log-retention", {"days": {"access": 120}}))
    assert (changed["days"]["access"], changed["expired"]["access"]) == (120, 0)
    assert days_of(make_tenant().id)[Kind.ACCESS] == 90


@pytest.mark.parametrize(
    "body",
    [
        {"days": {"access": 0}},
        {"days": {"access": 36_501}},
        {"days": {"access": "soon"}},
        {"days": {"acces": 30}},
        {"days": []},
        {"day": {}},
        {},
        [],
        "{",
    ],
)
def test_other_days_are_refused(manager: Manager, body: Any) -> None:
    assert manager.patch("log-retention", body).status_code == 400
    assert not RetentionRule.objects.exists()


def test_a_purge_says_what_went(manager: Manager, tenant: Tenant) -> None:
    stranger = make_tenant()
    for owner in (tenant, stranger):
        aged(owner.id, 100, Entry(type=EventType.SIGNED_IN, actor=actor()))

    gone = read(manager.post("log-retention/purges", {}))

    assert gone == {"purged": {**dict.fromkeys(Kind.values, 0), "access": 1}}
    assert log_events().filter(tenant=stranger, event_type=EventType.SIGNED_IN).exists()


def test_a_person_is_counted_erased_and_listed(manager: Manager, tenant: Tenant) -> None:
    user = make_user(tenant, "zelda")
    asked = {"person": "ZELDA", "names": ["zelda@former.example"]}

    counted = read(manager.post("log-erasures", asked | {"dry_run": True}))

    assert counted == {"person": str(user.id), "mentions": 1}
    assert not Erasure.objects.exists()
    erased = read(manager.post("log-erasures", asked), 202)
    assert (erased["person"], erased["events"]) == (str(user.id), 1)
    assert erased["ended_at"]
    assert read(manager.get(f"log-erasures/{erased['id']}")) == erased
    assert read(manager.get("log-erasures"))["results"] == [erased]
    assert not [event for event in log_events().filter(tenant=tenant) if "zelda" in event.body]


@pytest.mark.parametrize(
    "body", [{}, {"person": ""}, {"person": "x" * 256}, {"person": "x", "names": "y"}, {"persons": "x"}]
)
def test_nobody_is_erased_by_a_request_that_is_wrong(manager: Manager, body: Any) -> None:
    assert manager.post("log-erasures", body).status_code == 400
    assert not Erasure.objects.exists()


def test_a_stranger_s_erasure_is_not_found(manager: Manager) -> None:
    stranger = make_tenant()
    theirs = Erasure.objects.create(tenant=stranger, person_id="7", until=0, started_at="2026-01-01T00:00Z")

    assert manager.get(f"log-erasures/{theirs.id}").status_code == 404
    assert read(manager.get("log-erasures"))["results"] == []


@pytest.mark.parametrize("path", ["log-retention", "log-erasures"])
def test_another_scope_may_not(tenant: Tenant, path: str) -> None:
    reader = Manager(f"Bearer {make_credential(tenant, scope=Scope.LOGS_READ).token}")

    assert reader.get(path).status_code == 401
