"""Bringing alerts to people: by a real mail server and a real receiver, again until they arrive."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks import Webhook

from downstream.alerts.channels import add_channel, change_channel
from downstream.alerts.sending import LEASE, send_due
from downstream.models import Alert, AlertChannel, AlertNotice
from tenants.models import Tenant
from tests.factories import actor, make_target, make_tenant
from tests.mail import Mailbox
from tests.receivers import LOOPBACK, Receiver, receiving


@pytest.fixture
def hook(tenant: Tenant, receiver: Receiver) -> AlertChannel:
    return add_channel(tenant, kind="webhook", address=receiver.url, by=actor())


def write(channel: AlertChannel, sentence: str = "HR does not answer.") -> AlertNotice:
    told = {"title": "Target down: HR", "sentence": sentence}
    return AlertNotice.objects.create(
        channel=channel, told={"opened": [told], "resolved": [], "reminded": []}
    )


def sentences(receiver: Receiver) -> list[str]:
    bodies = [json.loads(received.body) for received in receiver.received]
    return [body["data"]["opened"][0]["sentence"] for body in bodies]


def as_if_later() -> None:
    AlertNotice.objects.exclude(due_at=None).update(due_at=timezone.now() - timedelta(seconds=1))


def test_a_mail_arrives_with_every_alert_and_the_way_to_the_page(tenant: Tenant, mailbox: Mailbox) -> None:
    channel = add_channel(tenant, kind="mail", address="it@example.com", by=actor())
    notice = write(channel, "HR does not answer: Zoë knows more.")

    count = send_due()

    assert (count, mailbox.recipients) == (1, ["it@example.com"])
    assert mailbox.subjects == [f"[Lockstep] {tenant.name}: 1 new"]
    assert "HR does not answer: Zoë knows more." in mailbox.texts[0]
    assert "/alerts" in mailbox.texts[0]
    assert str(notice.uuid) in mailbox.messages[0]["Message-ID"]


def test_a_receiver_verifies_an_alert_with_the_public_library(
    tenant: Tenant, receiver: Receiver, hook: AlertChannel
) -> None:
    notice = write(hook)

    send_due()

    (received,) = receiver.received
    message = Webhook(hook.secret).verify(received.body, received.headers)
    assert (message["type"], message["data"]["tenant"]) == ("connector.alerts", tenant.name)
    assert received.headers["webhook-id"] == str(notice.uuid)


def test_what_does_not_arrive_is_sent_again_under_its_id_and_in_order(
    receiver: Receiver, hook: AlertChannel
) -> None:
    receiver.answers = [(500, {}), (204, {})]
    write(hook, "first")
    write(hook, "second")

    early = send_due()
    hook.refresh_from_db()
    trouble = hook.trouble
    as_if_later()
    late = send_due()

    hook.refresh_from_db()
    assert (early, late) == (0, 2)
    assert sentences(receiver) == ["first", "first", "second"]
    ids = [received.headers["webhook-id"] for received in receiver.received]
    assert ids[0] == ids[1]
    assert "500" in trouble
    assert hook.trouble == ""


def test_one_channel_that_is_away_keeps_no_other_waiting(
    tenant: Tenant, receiver: Receiver, hook: AlertChannel, mailbox: Mailbox
) -> None:
    receiver.answers = [(503, {})]
    write(hook)
    write(add_channel(tenant, kind="mail", address="it@example.com", by=actor()))

    send_due()

    assert len(mailbox.messages) == 1


def test_a_message_whose_sender_died_is_sent_by_the_next_one(receiver: Receiver, hook: AlertChannel) -> None:
    notice = write(hook)
    AlertNotice.objects.filter(id=notice.pk).update(due_at=timezone.now() + LEASE, tries=1)
    while_taken = send_due()
    as_if_later()

    assert (while_taken, send_due()) == (0, 1)


@pytest.mark.parametrize("refusal", ["451 Try again later", "550 Unknown"])
def test_a_mail_server_that_refuses_is_asked_again(tenant: Tenant, mailbox: Mailbox, refusal: str) -> None:
    channel = add_channel(tenant, kind="mail", address="it@example.com", by=actor())
    write(channel)
    mailbox.refusals = [refusal]

    send_due()
    channel.refresh_from_db()
    as_if_later()

    assert refusal[:3] in channel.trouble
    assert send_due() == 1


def test_a_mail_server_that_is_away_is_named(tenant: Tenant, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    channel = add_channel(tenant, kind="mail", address="it@example.com", by=actor())
    write(channel)

    send_due()

    channel.refresh_from_db()
    assert "127.0.0.1 can't be reached" in channel.trouble


def test_a_channel_that_is_off_keeps_its_messages(receiver: Receiver, hook: AlertChannel) -> None:
    write(hook)
    change_channel(hook, enabled=False, by=actor())
    off = send_due()
    change_channel(hook, enabled=True, by=actor())

    assert (off, send_due()) == (0, 1)


def test_what_arrived_is_forgotten_after_a_week(receiver: Receiver, hook: AlertChannel) -> None:
    write(hook)
    send_due()
    AlertNotice.objects.update(sent_at=timezone.now() - timedelta(days=8))

    send_due()

    assert AlertNotice.objects.count() == 0
    assert len(receiver.received) == 1


@pytest.mark.django_db(transaction=True)
def test_several_senders_send_each_message_once(settings: Settings) -> None:
    settings.ALERT_NETWORKS = LOOPBACK

    def send_once(_: int) -> int:
        try:
            return send_due()
        finally:
            connection.close()

    with receiving() as receiver:
        hook = add_channel(make_tenant(), kind="webhook", address=receiver.url, by=actor())
        for number in range(5):
            write(hook, f"number {number}")
        with ThreadPoolExecutor(4) as senders:
            counts = list(senders.map(send_once, range(4)))
        counts.append(send_due())

    assert sum(counts) == 5
    assert sentences(receiver) == [f"number {number}" for number in range(5)]


def test_an_alert_is_told_by_its_name(tenant: Tenant) -> None:
    target: Any = make_target(tenant, "HR")
    alert = Alert.objects.create(
        tenant=tenant, kind="down", key="x", target=target, since=timezone.now(), sentence="HR is away."
    )

    assert str(alert) == "Target down: HR"
