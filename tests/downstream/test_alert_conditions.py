"""What opens an alert, and what does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from directory.services import delete_user
from downstream.alerts.rounds import look
from downstream.errors import AccessDenied, ErrorClass, Transient
from downstream.guard import allow
from downstream.models import AlertChannel, LogStream, Target
from downstream.services import pause
from downstream.streams.keeping import add_stream
from tenants.models import Tenant
from tenants.services import revoke_credential
from tests.downstream.alerting import LATER, kinds, look_after, told, trouble
from tests.downstream.conftest import Downstream
from tests.factories import actor, make_credential, make_user


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


def test_a_stream_whose_receiver_is_away_is_told_of_after_a_while_and_one_that_refuses_at_once(
    tenant: Tenant, stranger: Downstream, channel: AlertChannel
) -> None:
    config = {"url": "https://siem.example.com/"}
    stream = add_stream(tenant, name="SIEM", kind="hook", config=config, by=actor())
    row = LogStream.objects.filter(id=stream.id)

    row.update(trouble_class="transient", trouble="No answer.", trouble_since=timezone.now())
    look()
    young = kinds(tenant)
    row.update(trouble_since=timezone.now() - timedelta(minutes=16))
    look()
    row.update(trouble_class="access", trouble="It refuses.", trouble_since=timezone.now())
    look()

    assert (young, kinds(tenant)) == ([], ["stream"])
    (message,) = told(channel)
    assert "SIEM has delivered nothing since" in message["opened"][0]["sentence"]
    assert message["opened"][0]["stream"] == str(stream.id)


def test_a_stream_that_is_switched_off_alarms_nobody(tenant: Tenant, channel: AlertChannel) -> None:
    config = {"url": "https://siem.example.com/"}
    stream = add_stream(tenant, name="SIEM", kind="hook", config=config, by=actor())
    LogStream.objects.filter(id=stream.id).update(
        enabled=False, trouble_class="access", trouble="No.", trouble_since=timezone.now()
    )

    look()

    assert kinds(tenant) == []
