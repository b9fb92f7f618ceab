"""Keywords: words anywhere in an event, the same on both databases."""

from __future__ import annotations

import pytest

from audit.models import Event
from audit.search import InvalidSearch, Kind, as_beginnings, narrow
from audit.words import words_in
from tenants.models import Tenant
from tests.audit.search.events import client_app, entry, failed_push, id_of, log, names, person, write
from tests.factories import make_tenant


@pytest.fixture
def tenant(db: None) -> Tenant:
    owners = make_tenant("acme"), make_tenant("stranger")
    for owner in owners:
        write(owner, entry("ada-marie"), entry("bea", actor=client_app("192.0.2.99")), failed_push("cyd"))
        write(owner, entry("Ξένια"), entry("xaxx"))
    return owners[0]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("", ["ada-marie", "bea", "cyd", "Ξένια", "xaxx"]),
        ("BEA", ["bea"]),
        ("be", []),
        ("be*", ["bea"]),
        ("ada-marie", ["ada-marie"]),
        ("marie", ["ada-marie"]),
        ("marie-ada", []),
        ("ada-mar*", ["ada-marie"]),
        ("bea@example.com", ["bea"]),
        ("bea@example.com bea", ["bea"]),
        ("bea cyd", []),
        ("192.0.2.99", ["bea"]),
        ("192.0.2.9", []),
        ("409", ["cyd"]),
        ("already exists", ["cyd"]),
        ("exists/already", []),
        ("push", ["cyd"]),
        ("application.provision.user.push", ["cyd"]),
        ("ΞΈΝΙΑ", ["Ξένια"]),
        ("ξέν*", ["Ξένια"]),
        ("XAXX", ["xaxx"]),
        ("xax*", ["xaxx"]),
        ("x*", ["xaxx"]),
        ("xy", []),
        ("%", []),
        ("*", []),
        ("_ bea", []),
        ("\0", []),
        ("' OR 1=1 --", []),
        ('"bea"', ["bea"]),
        ("NEAR(bea", []),
        ("bea:*|cyd", []),
        # Across the border of two values nothing is found: the display name is followed by the address.
        ("Cyd/cyd", []),
    ],
)
def test_all_keywords_must_occur(tenant: Tenant, q: str, found: list[str]) -> None:
    assert names(narrow(log(tenant), q=q)) == found


def test_ids_are_found_whole(tenant: Tenant) -> None:
    event = log(tenant).get(seq=2)

    for id in (str(event.uuid), event.transaction_id, id_of("bea"), event.uuid.hex.upper()):
        assert names(narrow(log(tenant), q=id)) == ["bea"]


def test_changes_are_found(tenant: Tenant) -> None:
    assert len(names(narrow(log(tenant), q="Old"))) == 5


def test_what_a_person_types_finds_longer_words() -> None:
    assert as_beginnings(" ada  love* ") == "ada* love*"


@pytest.mark.parametrize(
    ("q", "kind", "position"),
    [("ok " + "x" * 41, Kind.LONG_KEYWORD, 3), ("x " * 11, Kind.MANY_KEYWORDS, None)],
)
def test_too_long_and_too_many_keywords_are_named(q: str, kind: Kind, position: int | None) -> None:
    with pytest.raises(InvalidSearch) as caught:
        narrow(Event.objects.none(), q=q)

    (problem,) = caught.value.problems
    assert (problem.kind, problem.position) == (kind, position)


def test_an_event_of_very_many_words_is_sealed_and_found(tenant: Tenant) -> None:
    huge = " ".join(f"w{number}" for number in range(50_000))
    write(tenant, entry("dan", debug={"error": huge}), entry("eli", subjects=(person("y" * 5_000),)))

    assert names(narrow(log(tenant), q="dan w99")) == ["dan"]
    assert len(names(narrow(log(tenant), q="y*"))) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("user.lifecycle.create", ["user", "lifecycle", "create"]),
        ("a_b-c", ["a", "b", "c"]),
        ("Straße", ["strasse"]),
        ("ﬁne", ["fine"]),
        ("xé", ["xxxe9x"]),
        ("x" * 70, ["xx" * 64]),
        ("  ", []),
    ],
)
def test_words_are_written_in_ascii(text: str, words: list[str]) -> None:
    assert words_in(text) == words
