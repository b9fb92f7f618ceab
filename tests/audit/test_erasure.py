"""A person is erased from all events of a tenant; the chain stays whole and the log tells of it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Barrier
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit import erasure
from audit.actor import Actor, ActorType, Client
from audit.catalogue import EventType
from audit.erasure import erase, mentions, work_off
from audit.exports import Selection, start_export
from audit.log_event import Change, Entry, Subject, SubjectType
from audit.models import Erasure, Event
from audit.personal import digest_of, facts
from audit.services import record
from directory.models import User
from directory.people import identity
from directory.services import change_user, create_user, delete_user
from downstream.tasks import erase_people
from tenants.models import Tenant
from tests.factories import actor, make_group, make_tenant, make_user, user_document
from tests.log import broken_at, log_events

# No letters that an id may have.
ADA, ADDRESS = "Zelda Lovelace", "zelda@example.com"
TRACES = ("zelda", "lovelace", "countess", "203.0.113.7")


@pytest.fixture
def tenant(db: None) -> Tenant:
    stranger = make_tenant("stranger")
    make_user(stranger, "zelda", title="Countess")
    return make_tenant("acme")


@pytest.fixture
def ada(tenant: Tenant) -> User:
    """She came, was changed, joined a group with others, was refused, and did something herself."""
    user = make_user(tenant, "zelda", displayName=ADA)
    builder = user_document("bob") | {"name": {"givenName": "Bob", "familyName": "Builder"}}
    bob = create_user(tenant, builder, by=actor())
    change_user(tenant, user.id, lambda document: document | {"title": "Countess"}, by=actor())
    make_group(tenant, "Engineers", user, bob)
    herself = Actor(
        "7", ActorType.USER, ADA, ADDRESS, Client(ip_address="203.0.113.7", user_agent="Zelda's browser")
    )
    record(tenant.id, Entry(EventType.SIGNED_IN, herself))
    first = Subject(SubjectType.USER, str(bob.id), "Bob")
    second = Subject(SubjectType.USER, str(user.id), ADA, ADDRESS, Change({"title": "Countess"}, {}))
    record(tenant.id, Entry(EventType.SYNC_USER, actor(), (first, second), reason="Zelda's manager asked"))
    return user


def texts(tenant: Tenant) -> list[str]:
    """All that the log says of anybody, in all columns."""
    values = log_events().filter(tenant=tenant).values()
    return [json.dumps({name: str(value) for name, value in row.items()}).casefold() for row in values]


def erase_now(tenant: Tenant, person: str, *names: str) -> Erasure:
    begun = erase(tenant.id, person, names=names, by=actor())
    assert work_off(begun)
    begun.refresh_from_db()
    return begun


def is_intact(event: Event) -> bool:
    row = facts(event.id, event.version, event.sealed_at)
    return digest_of(event.document, json.loads(event.blocks), row) == bytes(event.digest)


def test_nothing_of_the_person_is_left_in_any_column(tenant: Tenant, ada: User) -> None:
    who = identity(tenant, str(ada.id))

    done = erase_now(tenant, who.id, *who.names)

    assert not [text for text in texts(tenant) for trace in TRACES if trace in text]
    assert done.count == 5
    assert all(is_intact(event) for event in log_events())
    assert broken_at(tenant.id) is None


def test_files_that_were_exported_before_go_with_the_person(tenant: Tenant, ada: User) -> None:
    stranger = Tenant.objects.get(name="stranger")
    mine, theirs = (
        start_export(owner.id, Selection(), format="jsonl", by=actor()) for owner in (tenant, stranger)
    )

    erase_now(tenant, str(ada.id), "zelda", ADDRESS)

    mine.refresh_from_db()
    assert mine.state == "expired"
    assert not mine.parts.exists()
    assert theirs.parts.exists()


def test_others_and_strangers_stay(tenant: Tenant, ada: User) -> None:
    stranger = Tenant.objects.get(name="stranger")
    before = texts(stranger)

    erase_now(tenant, str(ada.id), "zelda", ADDRESS)

    assert texts(stranger) == before
    joined = log_events().filter(tenant=tenant, event_type=EventType.MEMBER_ADDED)
    names = {target["displayName"] for event in joined for target in event.document["target"]}
    assert "Engineers" in names
    assert any("bob" in text for text in texts(tenant))


def test_what_is_opaque_still_finds_the_events_of_the_erased(tenant: Tenant, ada: User) -> None:
    before = log_events().filter(tenant=tenant).about_user(ada.id).count()

    erase_now(tenant, str(ada.id))

    found = log_events().filter(tenant=tenant).about_user(ada.id).exclude(event_type__startswith="connector.")
    assert found.count() == before


def test_both_ends_of_an_erasure_are_told_without_a_name(tenant: Tenant, ada: User) -> None:
    done = erase_now(tenant, str(ada.id), "zelda")

    types = (EventType.ERASURE_STARTED, EventType.PERSON_ERASED)
    begun, ended = (event.document for event in log_events().filter(event_type__in=types).order_by("seq"))
    assert begun["transaction"]["id"] == ended["transaction"]["id"]
    assert ended["debugContext"]["debugData"]["events"] == str(done.count)
    (person,) = [target for target in ended["target"] if target["type"] == "User"]
    assert (person["id"], person["displayName"]) == (str(ada.id), "erased")


def test_somebody_whom_the_directory_does_not_know_is_erased_by_name_which_is_forgotten(
    tenant: Tenant, ada: User
) -> None:
    who = identity(tenant, "ZELDA@example.COM")
    assert not who.names

    done = erase_now(tenant, who.id, *who.names)

    signed_in = log_events().get(event_type=EventType.SIGNED_IN).document
    assert signed_in["actor"]["displayName"] == "erased"
    assert signed_in["client"]["ipAddress"] is None
    assert (done.person_id, done.names) == ("unknown", "")


def test_an_erasure_goes_on_where_it_broke_off(
    tenant: Tenant, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(erasure.STEPS, connection.vendor, 2)
    begun = erase(tenant.id, str(ada.id), by=actor())

    assert not work_off(begun, seconds=0)

    begun.refresh_from_db()
    assert (begun.cursor, begun.ended_at) == (2, None)
    erase_people()
    begun.refresh_from_db()
    assert begun.ended_at is not None
    assert begun.count == 4
    assert work_off(begun)


@pytest.mark.django_db(transaction=True)
def test_two_that_work_off_the_same_erasure_tell_its_end_once(
    tenant: Tenant, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(erasure.STEPS, connection.vendor, 2)
    begun = erase(tenant.id, str(ada.id), by=actor())
    begin = Barrier(2)

    def work() -> bool:
        try:
            begin.wait(10)
            return work_off(begun)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert all(done.result() for done in [pool.submit(work) for _ in range(2)])

    assert log_events().filter(event_type=EventType.PERSON_ERASED).count() == 1
    assert broken_at(tenant.id) is None


def test_erasing_again_finds_nothing_to_erase(tenant: Tenant, ada: User) -> None:
    erase_now(tenant, str(ada.id), "zelda")

    assert erase_now(tenant, str(ada.id), "zelda").count == 0
    assert all(is_intact(event) for event in log_events())


def test_a_deleted_user_is_known_by_name_still_and_a_stranger_s_is_not(tenant: Tenant, ada: User) -> None:
    delete_user(tenant, ada.id, by=actor())

    assert identity(tenant, "zelda") == (str(ada.id), ["zelda", ADDRESS])
    assert identity(Tenant.objects.get(name="stranger"), str(ada.id)) == (str(ada.id), [])


def command(*words: str) -> dict[str, Any]:
    out = StringIO()
    call_command("erase_person", *words, "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_the_command_counts_and_erases(tenant: Tenant, ada: User) -> None:
    counted = command("acme", "zelda", "--dry-run")

    assert counted == {"tenant": "acme", "person": str(ada.id), "mentions": 5}
    assert mentions(tenant.id, str(ada.id), [ADDRESS]) == 5
    assert command("acme", "zelda")["events"] == 5
    assert not Erasure.objects.exclude(names="").exists()


@pytest.mark.parametrize("words", [("nobody", "zelda"), ("acme", " ")])
def test_the_command_says_what_is_wrong(tenant: Tenant, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        command(*words)
