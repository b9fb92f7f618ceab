"""The page of retention: how long what is kept, purging, and erasing a person from the log."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from audit.catalogue import EventType
from audit.kinds import Kind
from audit.log_event import Entry
from audit.models import Erasure, Event, RetentionRule
from audit.retention import days_of
from tenants.models import Tenant
from tests.dashboard.conftest import Stranger
from tests.dashboard.reading import text_of
from tests.factories import actor, make_user
from tests.log import aged, log_events

DAYS = {kind.value: 90 for kind in Kind}


def sign_ins(tenant: Tenant, days: float, count: int) -> None:
    aged(tenant.id, days, *[Entry(type=EventType.SIGNED_IN, actor=actor())] * count)


def test_the_page_says_what_there_is_and_what_is_over_its_days(
    pages: Client, tenant: Tenant, stranger: Stranger
) -> None:
    sign_ins(tenant, 100, 3)
    sign_ins(tenant, 1, 4)
    sign_ins(stranger.tenant, 100, 5)

    page = text_of(pages.get(reverse("keeping")))

    (row,) = [row for row in page.split("<tr>") if "Sign-ins, credentials and exports" in row]
    assert re.findall(r"<td[^>]*>(\d+)</td>", row) == ["7", "3"]
    assert "Nobody yet" in page


def test_days_are_changed_and_logged(pages: Client, tenant: Tenant) -> None:
    response = pages.post(reverse("keep-log"), DAYS | {"access": 365}, follow=True)

    assert days_of(tenant.id)[Kind.ACCESS] == 365
    assert "kept so from now on" in text_of(response)
    event = log_events().get(event_type=EventType.RETENTION_CHANGED)
    assert event.document["actor"]["alternateId"] == "grace"


@pytest.mark.parametrize("days", ["0", "-3", "x", "", "99999999999"])
def test_days_beyond_reason_are_shown_with_what_is_wrong(pages: Client, tenant: Tenant, days: str) -> None:
    response = pages.post(reverse("keep-log"), DAYS | {"access": days})

    assert response.status_code == 400
    assert not RetentionRule.objects.exists()


def test_a_press_purges_what_is_over_its_days(pages: Client, tenant: Tenant, stranger: Stranger) -> None:
    sign_ins(tenant, 100, 3)
    sign_ins(stranger.tenant, 100, 2)

    response = pages.post(reverse("purge-log"), follow=True)

    assert "3 events are gone." in text_of(response)
    assert Event.objects.filter(tenant=stranger.tenant, event_type=EventType.SIGNED_IN).count() == 2


def test_a_person_is_erased_once_the_count_was_seen(pages: Client, tenant: Tenant) -> None:
    user = make_user(tenant, "zelda")
    asked = {"person": "zelda", "names": "Zelda of old\nzelda@former.example"}

    counted = text_of(pages.post(reverse("erase-person"), asked))

    assert "1 event mentions" in counted
    assert "zelda@former.example" in counted
    assert not Erasure.objects.exists()
    erased = text_of(pages.post(reverse("erase-person"), asked | {"confirmed": "yes"}, follow=True))
    assert "Erased" in erased
    assert str(user.id) in erased
    assert "zelda" not in erased
    assert not [event for event in log_events().filter(tenant=tenant) if "zelda" in event.body]


def test_a_blank_name_erases_nobody(pages: Client) -> None:
    assert pages.post(reverse("erase-person"), {"person": " ", "confirmed": "yes"}).status_code == 400
    assert not Erasure.objects.exists()


@pytest.mark.parametrize("name", ["keep-log", "purge-log", "erase-person"])
def test_only_administrators_steer_it(support_pages: Client, auditor_pages: Client, name: str) -> None:
    for client in (support_pages, auditor_pages):
        assert client.post(reverse(name), DAYS | {"person": "ada", "confirmed": "yes"}).status_code == 403
        page = text_of(client.get(reverse("keeping")))
        assert "Keep them so" not in page
    assert not RetentionRule.objects.exists()
    assert not Erasure.objects.exists()


def test_a_stranger_s_erasures_are_not_shown(pages: Client, stranger: Stranger) -> None:
    log_events()
    Erasure.objects.create(
        tenant=stranger.tenant, person_id=str(stranger.user.id), until=1, started_at="2026-01-01T00:00Z"
    )

    assert str(stranger.user.id) not in text_of(pages.get(reverse("keeping")))
