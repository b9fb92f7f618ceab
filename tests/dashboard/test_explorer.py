"""The explorer of the log: its address says what it shows."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from audit.catalogue import EventType
from dashboard.explorer.chips import KINDS
from dashboard.explorer.state import is_filter, read_state
from tenants.models import Tenant
from tests.dashboard.exploring import ADA, ALL_OF_WEEK, HR, PUSH, SIGN_IN, delivery, in_week, shown, sign_in
from tests.dashboard.reading import link, text_of
from tests.log import aged


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ALL_OF_WEEK),
        ({"range": "30d"}, [*ALL_OF_WEEK, f"{SIGN_IN} SUCCESS"]),
        ({"range": "6h"}, []),
        ({"q": "ada taken"}, [f"{PUSH} FAILURE"]),
        ({"q": 'outcome.reason co "503"'}, [f"{PUSH} DEFERRED"]),
        ({"q": "ada", "filter": 'outcome.result eq "DEFERRED"'}, [f"{PUSH} DEFERRED"]),
        ({"is": "outcome.result:FAILURE"}, [f"{PUSH} FAILURE"]),
        (
            {"is": ["outcome.result:FAILURE", "outcome.result:DEFERRED"]},
            [f"{PUSH} DEFERRED", f"{PUSH} FAILURE"],
        ),
        (
            {"is": f"eventType:{PUSH}", "not": ["outcome.result:FAILURE", "outcome.result:DEFERRED"]},
            [f"{PUSH} SUCCESS"],
        ),
        ({"is": "target.displayName:Ada Lovelace", "not": "outcome.result:SUCCESS"}, ALL_OF_WEEK[1:3]),
        ({"is": "client.ipAddress:192.0.2.7"}, [f"{SIGN_IN} SUCCESS"]),
        ({"is": "kind:access"}, [f"{SIGN_IN} SUCCESS"]),
        ({"is": "eventType:application.provision.*"}, ALL_OF_WEEK[1:]),
        ({"user": ADA.id}, ALL_OF_WEEK[1:]),
        ({"target": HR.id, "outcome": "FAILURE"}, [f"{PUSH} FAILURE"]),
    ],
)
def test_the_address_says_what_is_shown(
    pages: Client, some: None, query: dict[str, Any], found: list[str]
) -> None:
    assert in_week(pages, **query) == found


def test_a_span_of_time_is_read_in_the_zone_of_the_page(pages: Client, tenant: Tenant) -> None:
    (event,) = aged(tenant.id, 100, sign_in())
    hour = event.published.replace(minute=0, second=0, microsecond=0)
    since = f"{hour:%Y-%m-%dT%H:%M}"

    assert shown(pages, since=since, until=f"{hour:%Y-%m-%dT%H}:59:59.999") == [f"{SIGN_IN} SUCCESS"]
    assert shown(pages, since=since, until=f"{hour:%Y-%m-%dT%H}:59:59.999", zone="Asia/Tokyo") == []


def test_times_are_shown_in_the_zone_of_the_page(pages: Client, tenant: Tenant) -> None:
    (event,) = aged(tenant.id, 1, sign_in())

    page = text_of(pages.get(reverse("log"), {"zone": "Asia/Tokyo"}))

    there = event.published.astimezone(ZoneInfo("Asia/Tokyo"))
    assert f"</span> {there:%H:%M:%S}." in page
    assert f'title="{there:%Y-%m-%d %H:%M:%S} JST"' in page


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ('eventType eq "x"', True),
        ('not (severity eq "ERROR")', True),
        ('eventType eqq "x"', True),
        ("eventType eq", True),
        ("ada lovelace", False),
        ("severity", False),
        ("user.lifecycle.create failure", False),
        ("(basic, scim)", False),
        ("", False),
    ],
)
def test_a_filter_is_told_from_words(text: str, is_one: bool) -> None:
    assert is_filter(text) is is_one


def test_a_mistake_is_shown_at_its_character_and_nothing_is_listed(pages: Client, some: None) -> None:
    response = pages.get(reverse("log"), {"q": 'eventType eqq "x"'})

    assert response.context["lines"] == []
    assert "eventType <mark>e</mark>qq" in text_of(response)
    assert "at character 11" in text_of(response)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"since": "yesterday"}, "is no date"),
        ({"q": "x" * 41}, "41 characters"),
        ({"filter": "a eq 1"}, "attribute"),
    ],
)
def test_each_mistake_is_said(pages: Client, some: None, query: dict[str, str], words: str) -> None:
    response = pages.get(reverse("log"), query)

    assert words in text_of(response)
    assert response.context["lines"] == []


def test_what_was_read_leads_to_the_same_address() -> None:
    text = "range=30d&q=a+b&is=severity%3AERROR&not=actor.id%3Ax%3Ay&columns=time&zone=Asia%2FTokyo&live=on"

    state = read_state(QueryDict(text))

    assert state.query == text
    assert read_state(QueryDict(state.query)) == state


def test_a_chip_is_shown_by_name_and_taken_away_by_its_link(pages: Client, some: None) -> None:
    response = pages.get(reverse("log"), {"is": f"target.id:{ADA.id}", "q": "taken"})

    chips = text_of(response).partition('class="chips"')[2].partition("</ul>")[0]
    assert "Ada Lovelace" in chips
    assert 'href="/log?q=taken"' in chips
    assert in_week(pages, address=f"{reverse('log')}?q=taken") == [f"{PUSH} FAILURE"]


def test_the_table_has_the_columns_that_are_chosen(pages: Client, some: None) -> None:
    page = text_of(pages.get(reverse("log"), {"columns": ["reason", "actor", "bogus"], "q": "taken"}))

    heads = page.partition(
        "<thead>",
    )[2]
    assert 'class="head-actor">Actor' in heads
    assert 'class="head-reason">Reason' in heads
    assert "head-time" not in heads
    assert "HTTP 409: taken" in page


def test_a_page_keeps_its_question(pages: Client, tenant: Tenant) -> None:
    aged(tenant.id, 1, *[delivery() for _ in range(60)], sign_in())

    second = pages.get(link(pages.get(reverse("log"), {"q": "ada"}), "next"))

    assert len(second.context["lines"]) == 10
    assert second.context["state"].q == "ada"


def test_every_type_of_event_is_of_one_kind() -> None:
    kinds = {
        kind.value: [key for key, (_, starts) in KINDS.items() if kind.value.startswith(starts)]
        for kind in EventType
    }

    assert {kind: keys for kind, keys in kinds.items() if len(keys) != 1} == {}
