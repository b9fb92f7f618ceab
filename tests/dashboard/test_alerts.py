"""The page of alerts, and the channels on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from downstream.alerts.channels import add_channel
from downstream.models import Alert, AlertChannel, Target
from tenants.models import Tenant
from tests.dashboard.conftest import Stranger
from tests.dashboard.reading import HTMX, breaches, text_of
from tests.factories import actor, make_target
from tests.receivers import LOOPBACK, Receiver, receiving


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.ALERT_NETWORKS = LOOPBACK
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def hook(tenant: Tenant, receiver: Receiver) -> AlertChannel:
    return add_channel(tenant, kind="webhook", address=receiver.url, by=actor())


def open_alert(target: Target, kind: str = "down", **facts: object) -> Alert:
    return Alert.objects.create(
        tenant=target.tenant,
        kind=kind,
        target=target,
        key=f"{kind}:{target.id}",
        since=timezone.now() - timedelta(hours=1),
        sentence=f"{target.name} has not answered since noon.",
        **facts,
    )


def test_what_is_open_and_what_is_over_are_told_apart(pages: Client, target: Target) -> None:
    open_alert(target)
    open_alert(target, "behind", resolved_at=timezone.now())

    response = pages.get(reverse("alerts"))

    page = text_of(response)
    assert page.index("Target down") < page.index(">Resolved<") < page.index("Backlog too old")
    assert not list(breaches(response))


def test_the_overview_and_the_menu_tell_of_what_is_open(pages: Client, target: Target) -> None:
    before = text_of(pages.get(reverse("overview")))
    open_alert(target)

    after = text_of(pages.get(reverse("overview")))

    assert "Open alerts" not in before
    assert "HR has not answered since noon." in after
    assert '1<span class="visually-hidden"> open alerts' in after


def test_a_page_of_many_alerts_costs_what_one_of_few_does(
    pages: Client, tenant: Tenant, target: Target, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    open_alert(target)
    pages.get(reverse("alerts"))
    for number in range(10):
        open_alert(make_target(tenant, f"T{number}"))
        open_alert(make_target(tenant, f"O{number}"), resolved_at=timezone.now())

    with django_assert_num_queries(8):
        pages.get(reverse("alerts"))


def test_htmx_gets_the_alerts_alone(pages: Client, target: Target) -> None:
    open_alert(target)

    part = text_of(pages.get(reverse("alerts"), headers=HTMX))

    assert "Target down" in part
    assert "<h1>" not in part


def test_an_administrator_adds_a_webhook_and_sees_its_secret_once(
    pages: Client, tenant: Tenant, receiver: Receiver
) -> None:
    told = pages.post(reverse("add-channel"), {"kind": "webhook", "address": receiver.url})

    channel = tenant.alert_channels.get()
    assert channel.secret in text_of(told)
    assert channel.secret not in text_of(pages.get(reverse("alerts")))
    assert not list(breaches(told))


def test_an_administrator_adds_a_mail_address(pages: Client, tenant: Tenant, settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example.com"

    page = pages.post(reverse("add-channel"), {"kind": "mail", "address": "it@example.com"}, follow=True)

    assert "Alerts go to it@example.com from now on." in text_of(page)
    assert tenant.alert_channels.get().kind == "mail"


@pytest.mark.parametrize(
    ("kind", "address"), [("webhook", "nonsense"), ("mail", "it@example.com"), ("", ""), ("webhook", "\0")]
)
def test_what_can_not_work_is_said_at_the_field(
    pages: Client, tenant: Tenant, kind: str, address: str
) -> None:
    response = pages.post(reverse("add-channel"), {"kind": kind, "address": address})

    assert response.status_code == 400
    assert "errorlist" in text_of(response)
    assert not tenant.alert_channels.exists()


def test_a_test_says_what_came_of_it(pages: Client, hook: AlertChannel, receiver: Receiver) -> None:
    good = text_of(pages.post(reverse("test-channel", args=[hook.id]), follow=True))
    receiver.answers = [(500, {})]
    bad = text_of(pages.post(reverse("test-channel", args=[hook.id]), follow=True))

    assert "is on its way" in good
    assert "did not arrive" in bad
    assert "alert-danger" in bad
    assert len(receiver.received) == 2


def test_a_channel_is_switched_off_and_removed(pages: Client, tenant: Tenant, hook: AlertChannel) -> None:
    form = pages.get(reverse("change-channel", args=[hook.id]))
    pages.post(reverse("change-channel", args=[hook.id]), {"address": hook.address})
    hook.refresh_from_db()
    off = not hook.enabled
    pages.post(reverse("remove-channel", args=[hook.id]))

    assert hook.address in text_of(form)
    assert off
    assert not tenant.alert_channels.exists()


def test_a_refused_change_is_said(pages: Client, hook: AlertChannel) -> None:
    response = pages.post(reverse("change-channel", args=[hook.id]), {"address": "ftp://x", "enabled": "on"})

    assert response.status_code == 400


def test_support_and_auditors_look_and_change_nothing(
    support_pages: Client, auditor_pages: Client, tenant: Tenant, hook: AlertChannel
) -> None:
    for browser in (support_pages, auditor_pages):
        assert hook.address in text_of(browser.get(reverse("alerts")))
        for name in ("change-channel", "remove-channel", "test-channel"):
            assert browser.post(reverse(name, args=[hook.id])).status_code == 403
        added = browser.post(reverse("add-channel"), {"kind": "webhook", "address": "https://example.com/"})
        assert added.status_code == 403
    assert tenant.alert_channels.count() == 1


def test_nothing_of_a_stranger_is_there(pages: Client, stranger: Stranger, receiver: Receiver) -> None:
    open_alert(stranger.target)
    theirs = add_channel(stranger.tenant, kind="webhook", address=receiver.url, by=actor())

    page = text_of(pages.get(reverse("alerts")))

    assert "strangers-target" not in page
    assert receiver.url not in page
    for name in ("change-channel", "remove-channel", "test-channel"):
        assert pages.post(reverse(name, args=[theirs.id])).status_code == 404
    assert receiver.received == []
