"""Documents, events and times in words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit.catalogue import EventType, Outcome
from dashboard.attributes import Difference, differences, sections
from dashboard.figures import figure
from dashboard.sentences import VERBS, sentence
from dashboard.templatetags.lockstep import COLOURS, in_words
from downstream.models import State
from lib.schema import USER_RESOURCE

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
NAMES = {"who": "Ada", "group": "Engineers", "app": "HR", "token": "abcd", "entitlement": "Editor"}
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def test_each_attribute_has_a_label_and_each_value_a_line() -> None:
    document = {
        "userName": "ada",
        "name": {"givenName": "Ada"},
        "emails": [{"value": "a@x.org", "type": "work", "primary": True}, {"value": "b@x.org"}],
        "active": False,
    }

    profile = sections(document, USER_RESOURCE)[0]

    assert [(line.label, line.texts) for line in profile.attributes] == [
        ("User name", ("ada",)),
        ("Name, given name", ("Ada",)),
        ("Emails", ("a@x.org (work, primary)", "b@x.org")),
        ("Active", ("No",)),
    ]


def test_an_extension_is_a_section_of_its_own() -> None:
    document = {"userName": "ada", ENTERPRISE: {"department": "Engines"}, "urn:acme:badge": {"number": 7}}

    titles = [section.title for section in sections(document, USER_RESOURCE)]

    assert titles == ["Profile", "Enterprise extension", "urn:acme:badge"]


@pytest.mark.parametrize("odd", [7, "text", [], [1, [2]], {}, None, True, {"value": {"value": None}}])
def test_an_unknown_attribute_of_any_shape_is_shown(odd: object) -> None:
    assert sections({"userName": "ada", "odd": odd, "urn:odd": odd}, USER_RESOURCE)


def test_only_what_differs_is_a_difference() -> None:
    before = {"name": {"givenName": "Ada", "familyName": "Byron"}, "title": None}
    after = {"name": {"givenName": "Ada", "familyName": "King"}, "title": "Countess"}

    assert differences(before, after) == [
        Difference("Name, family name", "Byron", "King"),
        Difference("Title", "", "Countess"),
    ]


def test_every_type_of_event_has_its_sentence() -> None:
    assert set(VERBS) == set(EventType)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.SUCCESS, "created Ada in HR"),
        (Outcome.FAILURE, "could not create Ada in HR"),
        (Outcome.DEFERRED, "could not create Ada in HR yet"),
    ],
)
def test_a_sentence_says_how_it_ended(outcome: Outcome, words: str) -> None:
    assert sentence(EventType.PUSH_USER, outcome, NAMES, otherwise="") == words


@pytest.mark.parametrize(("number", "words"), [(0, "0"), (10_000, "10,000"), (10_001, "10,000+")])
def test_a_figure_says_where_counting_ended(number: int, words: str) -> None:
    assert figure(number, most=10_000) == words


def test_a_type_of_event_that_is_gone_keeps_its_own_words() -> None:
    assert sentence("gone.for.good", Outcome.SUCCESS, NAMES, otherwise="As it was") == "As it was"


def test_every_word_has_a_colour() -> None:
    assert set(COLOURS) >= set(State) | set(Outcome)


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=-1), "1 second ago"),
        (timedelta(minutes=-3, seconds=-20), "3 minutes ago"),
        (timedelta(hours=-30), "1 day ago"),
        (timedelta(days=-30), "4 Apr 2026"),
        (timedelta(seconds=45), "in 45 seconds"),
        (timedelta(milliseconds=5), "now"),
    ],
)
def test_a_moment_is_told_by_its_distance(distance: timedelta, words: str) -> None:
    assert in_words(NOW + distance, NOW) == words


def test_each_type_of_event_is_on_the_page_about_what_is_recorded() -> None:
    page = (Path(__file__).parents[2] / "docs" / "events.md").read_text(encoding="utf-8")
    named = re.findall(r"`([a-z_]+(?:\.[a-z_]+)*)(\.\*)?`", page)

    missing = [
        kind.value
        for kind in EventType
        if not any(kind.value == name or (star and kind.value.startswith(f"{name}.")) for name, star in named)
    ]

    assert missing == []


def test_each_type_of_event_has_a_sentence() -> None:
    assert {kind.value for kind in EventType} == set(VERBS)
