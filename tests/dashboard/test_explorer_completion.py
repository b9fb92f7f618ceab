"""What the search box of the log suggests."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from audit.sealing import seal_all
from tenants.models import Tenant
from tests.dashboard.conftest import Stranger
from tests.dashboard.reading import elements, text_of


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
