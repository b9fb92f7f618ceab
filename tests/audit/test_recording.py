"""An event is written once, as it is rendered, and can be searched."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from audit.actor import system_actor
from audit.catalogue import EventType, Outcome
from audit.log_event import Subject, SubjectType, canonical
from audit.models import Event
from audit.services import record
from tenants.models import Tenant
from tests.audit.entries import KEYS, entry, person, scim_client
from tests.factories import make_tenant
from tests.log import log_events


@pytest.fixture
def tenant(db: None) -> Tenant:
    record(make_tenant("stranger").id, entry(subjects=(person("ada"),)))
    return make_tenant("acme")


def recorded(tenant: Tenant) -> list[Event]:
    return list(log_events().filter(tenant=tenant).order_by("id"))


def test_what_is_recorded_is_the_rendered_event(tenant: Tenant) -> None:
    user_id, before = uuid4(), datetime.now(UTC)

    record(tenant.id, entry(subjects=(person("ada", user_id),), version=7), entry(actor=system_actor("tx")))

    first, second = recorded(tenant)
    assert set(first.document) == KEYS
    assert first.document["uuid"] == str(first.uuid)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first.document["published"])
    # Whole milliseconds, as they are served.
    assert before - timedelta(milliseconds=1) < first.published <= before + timedelta(minutes=1)
    assert (first.user_id, first.group_id, first.target_id, first.version) == (user_id, None, None, 7)
    assert (first.event_type, first.result, first.severity) == ("user.lifecycle.create", "SUCCESS", "INFO")
    assert first.body == canonical(json.loads(first.body))
    assert second.document["transaction"] == {"type": "JOB", "id": "tx", "detail": {}}


def test_an_event_is_written_once(tenant: Tenant) -> None:
    record(tenant.id, entry())
    (event,) = recorded(tenant)
    event.body = "{}"

    with pytest.raises(TypeError, match="written once"):
        event.save()
    with pytest.raises(TypeError, match="never deleted"):
        event.delete()

    assert recorded(tenant)[0].body != "{}"


def test_what_is_undone_was_never_logged(tenant: Tenant) -> None:
    with pytest.raises(ValueError), transaction.atomic():
        record(tenant.id, entry())
        raise ValueError

    assert recorded(tenant) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ZOE", ["zoe"]),
        ("lifecycle.create", ["zoe", "tom"]),
        ("taken zoe", ["zoe"]),
        ("zoe tom", []),
        ("Okta SUCCESS", ["tom"]),
        ("", ["zoe", "tom"]),
        ("%", []),
        ("_", []),
    ],
)
def test_all_words_of_a_search_must_occur(tenant: Tenant, words: str, found: list[str]) -> None:
    # Names that no id has a part of: ids are searched too, and their letters end at f.
    record(
        tenant.id,
        entry(subjects=(person("zoe"),), outcome=Outcome.FAILURE, reason="Name is TAKEN."),
        entry(subjects=(person("tom"),)),
    )

    events = log_events().filter(tenant=tenant).search(words).order_by("id")

    assert [event.document["target"][0]["alternateId"] for event in events] == found


def test_characters_that_a_database_refuses_do_not_lose_the_event(tenant: Tenant) -> None:
    record(tenant.id, entry(actor=scim_client(display_name="Ok\0ta"), reason="a\0b"))

    (event,) = recorded(tenant)
    assert event.document["outcome"]["reason"] == "a\0b"
    assert log_events().filter(tenant=tenant).search("okta").count() == 1


def test_events_are_found_by_whom_they_are_about(tenant: Tenant) -> None:
    user_id, group_id = uuid4(), uuid4()
    crew = Subject(SubjectType.GROUP, str(group_id), "Crew")
    record(tenant.id, entry(), entry(type=EventType.MEMBER_ADDED, subjects=(person("ada", user_id), crew)))
    (_, second) = recorded(tenant)

    assert list(log_events().about_user(user_id)) == [second]
    assert list(log_events().about_group(group_id)) == [second]
    assert list(log_events().filter(tenant=tenant).of_types(["group."])) == [second]
    assert log_events().filter(tenant=tenant).newest_first().first() == second
