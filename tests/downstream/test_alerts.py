"""Alerts: what opens them, that each is told once, and that what clears is resolved."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from audit.models import Event
from directory.services import delete_user
from downstream.alerts.rounds import LONGEST_STEADY, STEADY_FOR, look
from downstream.errors import AccessDenied, ErrorClass, Transient
from downstream.guard import allow
from downstream.models import Alert, AlertChannel, AlertNotice, Target
from downstream.services import pause
from tenants.models import Tenant
from tenants.services import revoke_credential
from tests.downstream.conftest import Downstream
from tests.factories import actor, make_credential, make_tenant, make_user

LATER = STEADY_FOR + timedelta(seconds=1)


@pytest.fixture
def channel(tenant: Tenant, stranger: Downstream) -> AlertChannel:
    """Each tenant has one; no message goes out in these tests."""
    AlertChannel.objects.create(tenant=stranger.target.tenant, kind="mail", address="it@stranger.example")
    return AlertChannel.objects.create(tenant=tenant, kind="mail", address="it@example.com")


def trouble(hr: Downstream, error_class: ErrorClass, since: timedelta, words: str = "No answer.") -> None:
    began = timezone.now() - since
    Target.objects.filter(id=hr.target.id).update(
        trouble_class=error_class, trouble=words, trouble_since=began
    )


def answer_again(hr: Downstream) -> None:
    Target.objects.filter(id=hr.target.id).update(trouble_class="", trouble="", trouble_since=None)


def look_after(delay: timedelta) -> None:
    look(timezone.now() + delay)


def kinds(tenant: Tenant) -> list[str]:
    return [str(alert.kind) for alert in Alert.objects.of_tenant(tenant).open()]


def told(channel: AlertChannel) -> list[dict[str, Any]]:
    return [notice.told for notice in channel.notices.order_by("id")]


def counts(channel: AlertChannel) -> list[list[int]]:
    """Of each message: how many alerts opened, were resolved, and are still there."""
    return [[len(message[name]) for name in ("opened", "resolved", "reminded")] for message in told(channel)]


def test_a_target_is_down_after_fifteen_minutes_and_not_before(
    tenant: Tenant, hr: Downstream, channel: AlertChannel
) -> None:
    trouble(hr, ErrorClass.TRANSIENT, timedelta(minutes=14))
    look()
    before = kinds(tenant)
    trouble(hr, ErrorClass.TRANSIENT, timedelta(minutes=16), "No answer within 10 s.")
    look()

    assert (before, kinds(tenant)) == ([], ["down"])
    (message,) = told(channel)
    assert "No answer within 10 s." in message["opened"][0]["sentence"]


def test_what_no_waiting_mends_is_told_at_once_and_once(
    tenant: Tenant, hr: Downstream, channel: AlertChannel
) -> None:
    """By way of the engine: access denied opens the breaker, however many deliveries fail over it."""
    for number in range(3):
        make_user(tenant, f"user{number}")
    hr.store.errors += [AccessDenied("The password is wrong.")] * 6
    for _ in range(3):
        hr.drain()
        hr.retry_now()
        look()

    assert kinds(tenant) == ["blocked"]
    assert len(told(channel)) == 1
    assert "The password is wrong. Mend" in told(channel)[0]["opened"][0]["sentence"]


def test_a_backlog_that_is_older_than_its_objective(
    tenant: Tenant, hr: Downstream, channel: AlertChannel
) -> None:
    make_user(tenant, "ada")
    hr.target.replicas.update(due_at=timezone.now() - timedelta(seconds=200))
    look()
    within = kinds(tenant)
    Target.objects.filter(id=hr.target.id).update(backlog_objective=100)
    look()

    assert (within, kinds(tenant)) == ([], ["behind"])


def test_what_waits_for_a_later_time_or_for_a_person_is_no_backlog(
    tenant: Tenant, hr: Downstream, channel: AlertChannel
) -> None:
    make_user(tenant, "ada")
    hr.store.errors.append(Transient("No answer."))
    hr.drain()
    hr.target.replicas.update(due_at=timezone.now() + timedelta(hours=1))
    look()
    retrying = kinds(tenant)
    hr.target.replicas.update(due_at=timezone.now() - timedelta(hours=1))
    pause(hr.target, by=actor())
    look()

    assert (retrying, kinds(tenant)) == ([], [])


def test_removals_that_the_guard_holds_are_told_until_a_person_decides(
    tenant: Tenant, hr: Downstream, channel: AlertChannel
) -> None:
    Target.objects.filter(id=hr.target.id).update(guard_floor=1, guard_percent=0)
    users = [make_user(tenant, f"user{number}") for number in range(3)]
    hr.drain()
    for user in users:
        delete_user(tenant, user.id, by=actor())
    hr.drain()
    look()
    held = kinds(tenant)

    allow(hr.target, by=actor())
    hr.drain()
    look()
    look_after(LATER)

    assert (held, kinds(tenant)) == (["holding"], [])
    assert "Allow or reject" in told(channel)[0]["opened"][0]["sentence"]


@pytest.mark.parametrize(("days", "expected"), [(13, ["expiring"]), (15, []), (-1, ["expiring"]), (-8, [])])
def test_a_credential_that_expires_within_a_fortnight(
    tenant: Tenant, hr: Downstream, channel: AlertChannel, days: int, expected: list[str]
) -> None:
    credential = make_credential(tenant).credential
    credential.expires_at = timezone.now() + timedelta(days=days)
    credential.save()

    look()

    assert kinds(tenant) == expected


def test_a_credential_that_is_revoked_worries_nobody(
    tenant: Tenant, hr: Downstream, channel: AlertChannel
) -> None:
    credential = make_credential(tenant).credential
    credential.expires_at = timezone.now() + timedelta(days=3)
    credential.save()
    look()

    revoke_credential(credential, by=actor())
    look()
    look_after(LATER)

    assert kinds(tenant) == []
    opened, resolved = told(channel)
    assert credential.label in opened["opened"][0]["sentence"]
    assert resolved["resolved"][0]["credential"] == str(credential.id)


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

    events = Event.objects.about_target(hr.target.id).filter(event_type__startswith="connector.alert.")
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
