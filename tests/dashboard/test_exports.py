"""Exports on the pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.catalogue import EventType
from audit.exports import Selection, start_export
from audit.models import Export
from audit.tasks import work_off_exports
from tenants.models import Tenant
from tests.dashboard.conftest import Stranger
from tests.dashboard.reading import HTMX, breaches, text_of
from tests.factories import actor, make_user
from tests.log import log_events

USERS = 'eventType eq "user.lifecycle.create"'


@pytest.fixture(autouse=True)
def users(tenant: Tenant) -> None:
    make_user(tenant, "ada")
    make_user(tenant, "grace")


@pytest.fixture
def running(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> Export:
    monkeypatch.setattr("audit.exports.starting.CHUNK", 0)
    return start_export(tenant.id, Selection(filter=USERS), format="jsonl", by=actor())


def file_of(response: Any) -> str:
    return b"".join(response.streaming_content).decode()


def test_the_form_counts_before_and_begins_then(pages: Client, tenant: Tenant) -> None:
    counted = pages.get(reverse("new-export"), {"filter": USERS})
    begun = pages.post(reverse("new-export"), {"filter": USERS, "format": "jsonl"}, follow=True)

    assert "Export 2</button>" in text_of(counted)
    assert f'name="filter" value="{USERS.replace(chr(34), "&quot;")}"' in text_of(counted)
    assert "Download" in text_of(begun)
    assert not list(breaches(counted))
    (asked,) = log_events().filter(tenant=tenant, event_type=EventType.EXPORT_REQUESTED)
    assert asked.document["actor"]["alternateId"] == "grace"


def test_htmx_gets_the_count_alone(pages: Client) -> None:
    part = text_of(pages.get(reverse("new-export"), {"q": "nobody-at-all"}, headers=HTMX))

    assert "<b>0</b> events" in part
    assert "<h1>" not in part


@pytest.mark.parametrize(("name", "value"), [("filter", "nonsense"), ("since", "yesterday"), ("q", "\0")])
def test_what_makes_no_sense_is_said_where_it_was_written(pages: Client, name: str, value: str) -> None:
    response = pages.get(reverse("new-export"), {name: value})

    assert response.status_code == 400
    assert "errorlist" in text_of(response)
    assert "export-count" not in text_of(response)


def test_the_file_is_taken_by_a_press_of_a_button(pages: Client, tenant: Tenant, running: Export) -> None:
    early = pages.post(reverse("download-export", args=[running.id]), follow=True)
    work_off_exports()

    response = pages.post(reverse("download-export", args=[running.id]))

    assert "There is nothing to download" in text_of(early)
    found = [json.loads(line)["target"][0]["alternateId"] for line in file_of(response).splitlines()]
    assert found == ["ada", "grace"]
    assert log_events().filter(tenant=tenant, event_type=EventType.EXPORT_DOWNLOADED).count() == 1


def test_the_page_moves_as_long_as_the_export_does(pages: Client, running: Export) -> None:
    address = reverse("export", args=[running.id])
    moving = text_of(pages.get(address, headers=HTMX))
    work_off_exports()

    still = text_of(pages.get(address, headers=HTMX))

    assert "hx-trigger" in moving
    assert "0 of 2 written" in moving
    assert "hx-trigger" not in still
    assert "<h1>" not in still


def test_one_that_runs_can_be_stopped(pages: Client, running: Export) -> None:
    first = pages.post(reverse("stop-export", args=[running.id]), follow=True)
    second = pages.post(reverse("stop-export", args=[running.id]), follow=True)

    assert "The export is stopped." in text_of(first)
    assert "Somebody was quicker" in text_of(second)


def test_an_auditor_takes_what_there_is_and_begins_nothing(auditor_pages: Client, running: Export) -> None:
    work_off_exports()

    answers = [
        auditor_pages.get(reverse("new-export")),
        auditor_pages.post(reverse("stop-export", args=[running.id])),
        auditor_pages.post(reverse("download-export", args=[running.id])),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 200]
    assert "New export" not in text_of(auditor_pages.get(reverse("exports")))


def test_a_stranger_finds_no_export(pages: Client, stranger: Stranger) -> None:
    theirs = start_export(stranger.tenant.id, Selection(), format="csv", by=actor())

    answers = [
        pages.get(reverse("export", args=[theirs.id])),
        pages.post(reverse("stop-export", args=[theirs.id])),
        pages.post(reverse("download-export", args=[theirs.id])),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert "No export yet" in text_of(pages.get(reverse("exports")))
