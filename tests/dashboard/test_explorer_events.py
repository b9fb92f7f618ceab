"""Events that the explorer of the log opens, and those that come while it is open."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.catalogue import Outcome
from audit.sealing import seal_all
from tenants.models import Tenant
from tests.dashboard.conftest import Stranger
from tests.dashboard.exploring import PUSH, delivery, shown, sign_in
from tests.dashboard.reading import text_of
from tests.factories import make_user
from tests.log import aged, log_events


def test_an_event_opens_in_its_row(pages: Client, tenant: Tenant, some: None) -> None:
    event = log_events().get(tenant=tenant, result="FAILURE")

    response = pages.get(reverse("log"), {"event": str(event.uuid), "q": "taken"})
    part = pages.get(reverse("open-event", args=[event.uuid]), {"q": "taken"})

    for page in (text_of(response), text_of(part)):
        assert event.transaction_id in page
        assert "All about Ada Lovelace" in page
        assert "q=taken&amp;is=outcome.result%3AFAILURE" in page
        assert "q=taken&amp;not=outcome.result%3AFAILURE" in page
    assert "<html" not in text_of(part)


def test_an_open_event_that_the_page_does_not_list_stands_above_it(
    pages: Client, tenant: Tenant, some: None
) -> None:
    event = log_events().get(tenant=tenant, result="FAILURE")

    page = text_of(pages.get(reverse("log"), {"event": str(event.uuid), "q": "grace"}))

    assert "opened-card" in page
    assert event.transaction_id in page


@pytest.mark.parametrize(
    ("tab", "words"),
    [("summary", "Same transaction"), ("json", "&quot;eventType&quot;"), ("exchange", "over the wire")],
)
def test_an_open_event_has_tabs(pages: Client, tenant: Tenant, some: None, tab: str, words: str) -> None:
    event = log_events().get(tenant=tenant, result="FAILURE")

    assert words in text_of(pages.get(reverse("log"), {"event": str(event.uuid), "tab": tab}))
    assert words in text_of(pages.get(reverse("event", args=[event.uuid]), {"tab": tab}))


def test_each_pivot_leads_to_the_event_again(pages: Client, tenant: Tenant, some: None) -> None:
    event = log_events().get(tenant=tenant, result="FAILURE")
    opened = pages.get(reverse("log"), {"event": str(event.uuid)}).context["explorer"].opened

    pivots = dict(opened.pivots)

    assert {"Same transaction", "All by Lockstep", "All about HR", "Around this time"} <= set(pivots)
    for address in pivots.values():
        assert f"{PUSH} FAILURE" in shown(pages, address=address), address


def test_an_event_of_a_stranger_does_not_open(pages: Client, stranger: Stranger, tenant: Tenant) -> None:
    event = log_events().filter(tenant=stranger.tenant).newest_first()[0]

    page = text_of(pages.get(reverse("log"), {"event": str(event.uuid)}))

    assert "opened" not in page
    assert "stranger" not in page.casefold()


def test_news_are_what_came_after_the_page_and_fits_it(pages: Client, tenant: Tenant) -> None:
    aged(tenant.id, 0, sign_in())
    place = pages.get(reverse("log")).context["explorer"].place
    aged(tenant.id, 0, delivery(), delivery(Outcome.FAILURE), sign_in())

    def news(**query: str) -> Any:
        return pages.get(reverse("log-news"), {"place": str(place), **query}).json()

    assert news() == {"count": 3, "words": "3"}
    assert news(**{"is": "outcome.result:FAILURE"})["count"] == 1
    assert news(place="x")["count"] > 3
    assert news(until="2020-01-01")["count"] == 0


def test_news_of_a_stranger_are_none(pages: Client, tenant: Tenant, stranger: Stranger) -> None:
    place = pages.get(reverse("log")).context["explorer"].place
    make_user(stranger.tenant, "another-stranger")
    seal_all()

    assert pages.get(reverse("log-news"), {"place": str(place)}).json()["count"] == 0


def test_a_live_page_follows_without_a_script_too(pages: Client, some: None) -> None:
    assert '<meta http-equiv="refresh"' in text_of(pages.get(reverse("log"), {"live": "on"}))
    assert '<meta http-equiv="refresh"' not in text_of(pages.get(reverse("log"), {"live": "paused"}))


def test_an_id_that_nobody_has_opens_nothing(pages: Client, tenant: Tenant) -> None:
    assert pages.get(reverse("open-event", args=[uuid.uuid4()])).status_code == 404
