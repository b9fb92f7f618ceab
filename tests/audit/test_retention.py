"""Events are kept as long as their tenant wants, kind by kind."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from audit.catalogue import EventType
from audit.kinds import LONGEST_DAYS, Kind, kind_of
from audit.models import RetentionRule
from audit.retention import BadRetention, cutoff, days_of, keep_for
from tenants.models import Tenant
from tests.audit.kinds import OF_KIND
from tests.factories import actor, make_tenant
from tests.log import log_events


@pytest.fixture
def tenant(db: None) -> Tenant:
    return make_tenant("acme")


@pytest.mark.parametrize(
    ("event_type", "kind"),
    [
        *((event_type.value, kind) for kind, event_type in OF_KIND.items()),
        ("application.provision.integration.call_api", Kind.REQUESTS),
        ("user.account.update_profile", Kind.CHANGES),
        ("user.session.end", Kind.ACCESS),
        ("connector.log.retention.purge", Kind.CONFIGURATION),
        ("something.nobody.knows", Kind.CONFIGURATION),
    ],
)
def test_each_event_type_is_of_one_kind(event_type: str, kind: Kind) -> None:
    assert kind_of(event_type) is kind


def test_without_a_wish_of_the_tenant_the_setting_holds(tenant: Tenant, settings: Settings) -> None:
    settings.LOG_RETENTION_DAYS = 30

    keep_for(tenant.id, {Kind.CHANGES: 365}, by=actor())

    assert days_of(tenant.id) == {**dict.fromkeys(Kind, 30), Kind.CHANGES: 365}
    assert days_of(make_tenant().id) == dict.fromkeys(Kind, 30)


def test_a_wish_is_logged_from_what_to_what_and_the_same_one_is_not(tenant: Tenant) -> None:
    assert keep_for(tenant.id, {Kind.CHANGES: 365, Kind.ACCESS: 90}, by=actor())
    assert not keep_for(tenant.id, {Kind.CHANGES: 365}, by=actor())

    (event,) = log_events().filter(tenant=tenant, event_type=EventType.RETENTION_CHANGED)
    (target,) = event.document["target"]
    assert target["changeDetails"] == {"from": {"changes": 90}, "to": {"changes": 365}}


@pytest.mark.parametrize("days", [0, -1, LONGEST_DAYS + 1])
def test_days_beyond_reason_are_refused_and_change_nothing(tenant: Tenant, days: int) -> None:
    with pytest.raises(BadRetention, match="1 to 36500"):
        keep_for(tenant.id, {Kind.ACCESS: 30, Kind.CHANGES: days}, by=actor())

    assert not RetentionRule.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        RetentionRule.objects.create(tenant=tenant, kind=Kind.ACCESS, days=max(days, 0))


def test_what_is_cut_off_is_a_whole_hour() -> None:
    now = datetime(2026, 11, 25, 16, 59, 59, 9, tzinfo=UTC)

    assert cutoff(1, now) == datetime(2026, 11, 24, 16, tzinfo=UTC)
