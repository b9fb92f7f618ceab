"""The explorer of the log: its address says what it shows, and what it shows is narrowed by links."""

from __future__ import annotations

import uuid
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from audit.actor import Actor, ActorType, system_actor
from audit.actor import Client as Caller
from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Entry, Subject, SubjectType
from audit.sealing import seal_all
from dashboard.explorer import sampling
from dashboard.explorer.state import is_filter, read_state
from tenants.models import Tenant
from tests.dashboard.conftest import Stranger
from tests.dashboard.reading import elements, link, text_of
from tests.factories import make_user
from tests.log import aged, log_events

HR = Subject(SubjectType.APP, "0b9ac4f5-9f47-4a57-9d0f-7a4c3a1f3b01", "HR")
ADA = Subject(SubjectType.USER, "0b9ac4f5-9f47-4a57-9d0f-7a4c3a1f3b02", "Ada Lovelace", "ada@example.com")


def delivery(outcome: Outcome = Outcome.SUCCESS, reason: str | None = None, user: Subject = ADA) -> Entry:
    severity = Severity.INFO if outcome == Outcome.SUCCESS else Severity.ERROR
    return Entry(EventType.PUSH_USER, system_actor(), (HR, user), outcome, severity, reason)


def sign_in(name: str = "Grace Hopper", address: str = "192.0.2.7") -> Entry:
    actor = Actor("7", ActorType.USER, name, client=Caller(address, "a browser"))
    return Entry(EventType.SIGNED_IN, actor)


def shown(pages: Client, address: str = "", **query: Any) -> list[str]:
    """Type and outcome of what the page lists, the newest first."""
    response = pages.get(address or reverse("log"), query or None)
    assert response.status_code == 200
    return [f"{line.event.event_type} {line.event.result}" for line in response.context["lines"]]


def hrefs(response: Any, part: str) -> list[str]:
    found = [element.attributes.get("href", "") for element in elements(response)]
    return [href for href in found if part in href]


@pytest.fixture
def some(tenant: Tenant) -> None:
    aged(tenant.id, 20, sign_in("Somebody of long ago"))
    aged(tenant.id, 2, delivery(), delivery(Outcome.FAILURE, "HTTP 409: taken"))
    aged(tenant.id, 1, delivery(Outcome.DEFERRED, "HTTP 503"), sign_in())


PUSH, SIGN_IN = EventType.PUSH_USER.value, EventType.SIGNED_IN.value
ALL_OF_WEEK = [f"{SIGN_IN} SUCCESS", f"{PUSH} DEFERRED", f"{PUSH} FAILURE", f"{PUSH} SUCCESS"]


def in_week(pages: Client, **query: Any) -> list[str]:
    """Without what making the tenant and its operators has logged."""
    return [line for line in shown(pages, **query) if "api_token" not in line]


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
    assert hrefs(response, "q=taken")[0]
    assert in_week(pages, address=f"{reverse('log')}?q=taken") == [f"{PUSH} FAILURE"]


def test_facets_count_values_and_their_links_narrow(pages: Client, some: None) -> None:
    response = pages.get(reverse("log"))
    facets = {facet.title: facet for facet in response.context["explorer"].facets}
    failure = next(choice for choice in facets["Outcome"].choices if choice.label == "Failure")

    assert failure.count == 1
    assert {choice.label: choice.count for choice in facets["User"].choices} == {"Ada Lovelace": 3}
    assert shown(pages, address=failure.url) == [f"{PUSH} FAILURE"]
    assert f"{PUSH} FAILURE" not in shown(pages, address=failure.out_url)
    assert failure.url.replace("&", "&amp;") in text_of(response)


def test_a_chosen_value_is_let_go_by_the_same_link(pages: Client, some: None) -> None:
    response = pages.get(reverse("log"), {"is": "outcome.result:FAILURE"})
    facets = {facet.title: facet for facet in response.context["explorer"].facets}

    assert facets["Outcome"].choices[0].chosen
    assert in_week(pages, address=facets["Outcome"].choices[0].url) == ALL_OF_WEEK


def test_the_histogram_counts_by_outcome_and_its_bars_zoom(pages: Client, some: None) -> None:
    response = pages.get(reverse("log"), {"is": f"eventType:{PUSH}"})
    chart = response.context["explorer"].chart

    assert chart.totals == {"green": 1, "red": 1, "orange": 1}
    assert [bar.total for bar in chart.bars] == [2, 1]
    assert shown(pages, address=chart.bars[0].url) == [f"{PUSH} FAILURE", f"{PUSH} SUCCESS"]
    assert shown(pages, address=chart.bars[1].url) == [f"{PUSH} DEFERRED"]


def test_the_histogram_has_its_numbers_in_a_table(pages: Client, some: None) -> None:
    response = pages.get(reverse("log"), {"is": f"eventType:{PUSH}"})

    table = text_of(response).partition('class="numbers"')[2].partition("</table>")[0]
    assert table.count('<th scope="row">') == 2
    assert [bar.parts for bar in response.context["explorer"].chart.bars] == [[1, 0, 0, 1], [0, 0, 1, 0]]


def test_a_chart_of_more_than_is_read_is_exact_by_the_hours(
    pages: Client, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "SAMPLE", 4)
    monkeypatch.setattr(sampling, "GLANCE", 4)
    aged(tenant.id, 3, *[delivery() for _ in range(7)], delivery(Outcome.FAILURE, "taken"))

    exact = pages.get(reverse("log"), {"is": f"eventType:{PUSH}"}).context["explorer"]
    some = pages.get(reverse("log"), {"q": "ada"})

    assert exact.chart.totals == {"green": 7, "red": 1}
    assert exact.count == "8 events"
    assert {choice.label: choice.count for choice in exact.facets[0].choices} == {"Success": 7, "Failure": 1}
    assert some.context["explorer"].chart.total == 4
    assert some.context["explorer"].count == "4+ events"
    assert "The chart counts the newest" in text_of(some)


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


def test_the_table_has_the_columns_that_are_chosen(pages: Client, some: None) -> None:
    page = text_of(pages.get(reverse("log"), {"columns": ["reason", "actor", "bogus"], "q": "taken"}))

    heads = page.partition(
        "<thead>",
    )[2]
    assert 'class="head-actor">Actor' in heads
    assert 'class="head-reason">Reason' in heads
    assert "head-time" not in heads
    assert "HTTP 409: taken" in page


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


def suggested(pages: Client, text: str, at: int | None = None) -> list[str]:
    query = {"text": text, "at": str(len(text) if at is None else at)}
    response = pages.get(reverse("log-suggestions"), query)
    return [
        element.attributes["data-text"] for element in elements(response) if "data-text" in element.attributes
    ]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("event", "eventType "),
        ("ipaddr", "client.ipAddress "),
        ("eventType s", "sw "),
        ("eventType pr ", "and "),
        ('outcome.result eq "SUCCESS" a', "and "),
        ('not (outcome.result eq "SUCCESS") and sev', "severity "),
        ('outcome.result eq "F', '"FAILURE" '),
        ("actor.displayName eq ", '"Lockstep" '),
        ('target.alternateId eq "ada', '"ada@example.com" '),
        ("client.ipAddress eq ", '"192.0.2.7" '),
    ],
)
def test_what_may_come_next_is_suggested(pages: Client, some: None, text: str, first: str) -> None:
    assert suggested(pages, text)[0] == first


def test_words_that_are_no_filter_get_no_suggestions_and_no_complaint(pages: Client, some: None) -> None:
    assert suggested(pages, "ada lovelace") == []
    assert "problem" not in text_of(pages.get(reverse("log-suggestions"), {"text": "ada lovelace"}))


def test_values_of_a_stranger_are_not_suggested(pages: Client, tenant: Tenant, stranger: Stranger) -> None:
    seal_all()

    assert not any("tranger" in text for text in suggested(pages, "target.displayName eq "))


def test_a_suggestion_takes_the_place_of_what_is_written(pages: Client, some: None) -> None:
    response = pages.get(reverse("log-suggestions"), {"text": "event and more", "at": "5"})

    option = next(element for element in elements(response) if "data-text" in element.attributes)
    assert (option.attributes["data-start"], option.attributes["data-end"]) == ("0", "5")


def test_a_live_page_follows_without_a_script_too(pages: Client, some: None) -> None:
    assert '<meta http-equiv="refresh"' in text_of(pages.get(reverse("log"), {"live": "on"}))
    assert '<meta http-equiv="refresh"' not in text_of(pages.get(reverse("log"), {"live": "paused"}))


def test_a_page_keeps_its_question(pages: Client, tenant: Tenant) -> None:
    aged(tenant.id, 1, *[delivery() for _ in range(60)], sign_in())

    second = pages.get(link(pages.get(reverse("log"), {"q": "ada"}), "next"))

    assert len(second.context["lines"]) == 10
    assert second.context["state"].q == "ada"


def test_an_id_that_nobody_has_opens_nothing(pages: Client, tenant: Tenant) -> None:
    assert pages.get(reverse("open-event", args=[uuid.uuid4()])).status_code == 404
