"""Alert channels: adding, changing, trying and removing them."""

from __future__ import annotations

import pytest
from django.utils import timezone
from pytest_django import Settings

from downstream.alerts.channels import add_channel, change_channel, remove_channel, try_channel
from downstream.models import Alert, AlertChannel
from downstream.refusals import Refusal
from tenants.models import Tenant
from tests.factories import actor, make_target, make_tenant
from tests.log import log_events
from tests.mail import Mailbox
from tests.receivers import Receiver


@pytest.fixture
def hook(tenant: Tenant, receiver: Receiver) -> AlertChannel:
    return add_channel(tenant, kind="webhook", address=receiver.url, by=actor())


def test_a_new_channel_hears_first_what_is_open(tenant: Tenant, receiver: Receiver) -> None:
    for owner in (tenant, make_tenant()):
        target = make_target(owner, "HR")
        facts = {"kind": "down", "key": "x", "since": timezone.now(), "sentence": "HR is away."}
        Alert.objects.create(tenant=owner, target=target, **facts)
        Alert.objects.create(tenant=owner, target=target, **facts | {"resolved_at": timezone.now()})

    hook = add_channel(tenant, kind="webhook", address=receiver.url, by=actor())

    (notice,) = hook.notices.all()
    assert [alert["sentence"] for alert in notice.told["opened"]] == ["HR is away."]


def test_a_trial_tells_what_came_of_it(
    tenant: Tenant, receiver: Receiver, hook: AlertChannel, mailbox: Mailbox
) -> None:
    try_channel(hook, by=actor())
    try_channel(add_channel(tenant, kind="mail", address="it@example.com", by=actor()), by=actor())
    receiver.answers = [(403, {})]

    with pytest.raises(Refusal, match="403"):
        try_channel(hook, by=actor())
    assert "Alerts of Lockstep arrive here" in mailbox.texts[0]


@pytest.mark.parametrize(
    ("kind", "address", "sentence"),
    [
        ("mail", "nobody", "mail address"),
        ("mail", "a@example.com, b@example.com", "mail address"),
        ("mail", "a@example.com\nBcc: eve@example.com", "mail address"),
        ("mail", "a" * 600 + "@example.com", "500"),
        ("webhook", "http://example.com/", "https"),
        ("webhook", "https://user:pass@example.com/", "without user"),
        ("pigeon", "roof", "pigeon"),
    ],
)
def test_an_address_that_can_not_work_is_refused(
    tenant: Tenant, settings: Settings, kind: str, address: str, sentence: str
) -> None:
    settings.EMAIL_HOST = "mail.example.com"

    with pytest.raises(Refusal, match=sentence):
        add_channel(tenant, kind=kind, address=address, by=actor())

    assert not tenant.alert_channels.exists()


def test_without_a_mail_server_there_are_no_mail_channels(tenant: Tenant) -> None:
    with pytest.raises(Refusal, match="EMAIL_URL"):
        add_channel(tenant, kind="mail", address="it@example.com", by=actor())


def test_a_private_address_is_not_sent_to(tenant: Tenant) -> None:
    channel = add_channel(tenant, kind="webhook", address="https://127.0.0.1/hook", by=actor())

    with pytest.raises(Refusal, match="no public address"):
        try_channel(channel, by=actor())


def test_an_address_is_there_once(tenant: Tenant, hook: AlertChannel) -> None:
    with pytest.raises(Refusal, match="already"):
        add_channel(tenant, kind="webhook", address=hook.address, by=actor())

    add_channel(make_tenant(), kind="webhook", address=hook.address, by=actor())


def test_changes_of_channels_are_logged_without_secrets(tenant: Tenant, hook: AlertChannel) -> None:
    change_channel(hook, enabled=False, by=actor())
    change_channel(hook, enabled=False, by=actor())
    remove_channel(hook, by=actor())

    events = log_events().filter(tenant=tenant, event_type__startswith="connector.alert.channel.")
    kinds = [event.event_type.rpartition(".")[2] for event in events.order_by("id")]
    assert kinds == ["create", "update", "delete"]
    assert not any(hook.secret in event.body for event in events)
