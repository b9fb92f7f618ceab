"""What the explorer of the log counts: facets, the histogram, and what is rare or slow to find."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from audit.catalogue import Outcome
from dashboard.explorer import page as explorer_page
from dashboard.explorer import sampling
from tenants.models import Tenant
from tests.dashboard.exploring import ALL_OF_WEEK, PUSH, delivery, in_week, shown
from tests.dashboard.reading import text_of
from tests.log import aged


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
    assert {choice.label: choice.count for choice in exact.facets[1].choices} == {"Deliveries": 8}
    assert some.context["explorer"].chart.total == 4
    assert some.context["explorer"].count == "4+ events"
    assert "The chart counts the newest" in text_of(some)


def test_what_is_rare_is_found_in_the_hours_that_have_it(pages: Client, tenant: Tenant) -> None:
    for days in range(40, 0, -1):
        aged(tenant.id, days, delivery(), delivery(Outcome.FAILURE if days % 13 == 0 else Outcome.SUCCESS))

    query = {"range": "90d", "is": ["outcome.result:FAILURE", "outcome.result:DENY"]}
    response = pages.get(reverse("log"), query)
    nothing = pages.get(reverse("log"), {"range": "90d", "is": "outcome.result:RATE_LIMIT"})

    assert len(response.context["lines"]) == 3
    assert response.context["explorer"].count == "3 events"
    assert nothing.context["lines"] == []


def test_a_question_without_an_index_looks_through_the_newest_and_says_so(
    pages: Client, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explorer_page, "PATIENCE", 0.001)
    monkeypatch.setattr(explorer_page, "NEAR", 5)
    for days in (3, 2, 1):
        aged(tenant.id, days, *[delivery(Outcome.FAILURE, f"HTTP {days}") for _ in range(100)])
    slow = " or ".join(f'outcome.reason co "{number}"' for number in range(40))

    response = pages.get(reverse("log"), {"filter": slow})

    assert "Only the newest 5 events of the log were looked through" in text_of(response)
    assert {line.reason for line in response.context["lines"]} == {"HTTP 1"}
    assert response.context["explorer"].count == "100+ events"
