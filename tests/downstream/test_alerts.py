"""Alerts: each is told once, what clears is resolved, what comes and goes lasts."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from downstream.alerts.rounds import LONGEST_STEADY, look
from downstream.errors import ErrorClass
from downstream.models import Alert, AlertChannel, AlertNotice
from tenants.models import Tenant
from tests.downstream.alerting import LATER, answer_again, counts, kinds, look_after, told, trouble
from tests.downstream.conftest import Downstream
from tests.factories import make_credential, make_tenant
from tests.log import log_events


def test_what_opens_in_one_round_is_one_message(
    tenant: Tenant, hr: Downstream, channel: AlertChannel, make_downstream: Callable[[Tenant], Downstream]
) -> None:
    other = make_downstream(tenant)
    for down in (hr, other):
        trouble(down, ErrorClass.TRANSIENT, timedelta(hours=1))

    look()
    look()

    (message,) = told(channel)
    assert {alert["target"] for alert in message["opened"]} == {str(hr.target.id), str(other.target.id)}


def test_what_stays_away_is_resolved_and_told(tenant: Tenant, hr: Downstream, channel: AlertChannel) -> None:
    trouble(hr, ErrorClass.ACCESS, timedelta(0))
    look()

    answer_again(hr)
    look()
    still = kinds(tenant)
    look_after(LATER)

    assert (still, kinds(tenant)) == (["blocked"], [])
    assert counts(channel) == [[1, 0, 0], [0, 1, 0]]


def test_what_comes_and_goes_is_one_alert_that_lasts(
    tenant: Tenant, hr: Downstream, channel: AlertChannel
) -> None:
    for minute in range(0, 10, 2):
        trouble(hr, ErrorClass.ACCESS, timedelta(0))
        look_after(timedelta(minutes=minute))
        answer_again(hr)
        look_after(timedelta(minutes=minute, seconds=30))

    assert Alert.objects.of_tenant(tenant).count() == 1
    assert len(told(channel)) == 1


def test_what_comes_back_soon_has_to_stay_away_longer_each_time(
    tenant: Tenant, hr: Downstream, channel: AlertChannel
) -> None:
    moment = timedelta(0)
    for _ in range(3):
        trouble(hr, ErrorClass.ACCESS, timedelta(0))
        look_after(moment)
        answer_again(hr)
        look_after(moment)
        moment += LATER
        look_after(moment)
    lasting = kinds(tenant)
    look_after(moment + LONGEST_STEADY)

    assert (lasting, kinds(tenant)) == (["blocked"], [])
    assert Alert.objects.of_tenant(tenant).count() == 2


def test_what_lasts_is_told_again_after_a_day(tenant: Tenant, hr: Downstream, channel: AlertChannel) -> None:
    trouble(hr, ErrorClass.ACCESS, timedelta(0))
    for hours in (0, 1, 23, 25, 26, 47, 50):
        look_after(timedelta(hours=hours))

    assert counts(channel) == [[1, 0, 0], [0, 0, 1], [0, 0, 1]]


def test_the_log_tells_of_both_ends(tenant: Tenant, hr: Downstream, channel: AlertChannel) -> None:
    trouble(hr, ErrorClass.ACCESS, timedelta(0))
    look()
    answer_again(hr)
    look()
    look_after(LATER)

    events = log_events().about_target(hr.target.id).filter(event_type__startswith="connector.alert.")
    assert [(event.event_type, event.severity) for event in events.order_by("id")] == [
        ("connector.alert.open", "WARN"),
        ("connector.alert.resolve", "INFO"),
    ]


def test_a_channel_that_is_off_hears_nothing_and_a_stranger_neither(
    tenant: Tenant, hr: Downstream, channel: AlertChannel
) -> None:
    AlertChannel.objects.filter(id=channel.id).update(enabled=False)
    trouble(hr, ErrorClass.ACCESS, timedelta(0))

    look()

    assert kinds(tenant) == ["blocked"]
    assert AlertNotice.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_that_look_at_once_open_one_alert_and_tell_it_once() -> None:
    tenant = make_tenant()
    AlertChannel.objects.create(tenant=tenant, kind="mail", address="it@example.com")
    credential = make_credential(tenant).credential
    credential.expires_at = timezone.now() + timedelta(days=1)
    credential.save()

    def look_once(_: int) -> None:
        try:
            look()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as watchers:
        list(watchers.map(look_once, range(4)))

    assert Alert.objects.of_tenant(tenant).count() == 1
    assert AlertNotice.objects.count() == 1
