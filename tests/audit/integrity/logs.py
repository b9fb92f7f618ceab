"""A log to do things to that its guards refuse, and what verification says of it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from audit.actor import Actor, ActorType, Client
from audit.catalogue import EventType, Outcome
from audit.guards import lowered_guards
from audit.integrity.verifying import verify
from audit.log_event import Entry, Subject, SubjectType, canonical
from audit.models import Event
from audit.services import record
from tenants.models import Tenant
from tests.log import log_events

PEOPLE = [uuid.UUID(int=number) for number in range(100, 110)]


def happen(tenant: Tenant, number: int) -> None:
    """So many events of several kinds, sealed."""
    record(tenant.id, *[entry(place) for place in range(number)])
    log_events()


def entry(place: int) -> Entry:
    person = Subject(SubjectType.USER, str(PEOPLE[place % 10]), f"Person {place % 10}", f"p{place % 10}")
    target = Subject(SubjectType.APP, str(uuid.UUID(int=7)), "HR")
    group = Subject(SubjectType.GROUP, str(uuid.UUID(int=8)), "Staff")
    kind = [EventType.USER_CREATED, EventType.PUSH_USER, EventType.MEMBER_ADDED, EventType.SIGNED_IN][
        place % 4
    ]
    return Entry(
        kind,
        _actor(place),
        (person, target, group)[: place % 4],
        outcome=Outcome.FAILURE if place % 3 == 0 else Outcome.SUCCESS,
        reason=f"Person {place % 10} exists" if place % 3 == 0 else None,
        version=place % 5 or None,
    )


def _actor(place: int) -> Actor:
    kind = [ActorType.USER, ActorType.CLIENT_APP][place % 2]
    client = Client(ip_address="203.0.113.7", user_agent="Mozilla/5.0")
    return Actor(id=f"a{place % 3}", type=kind, display_name="Bob", alternate_id="bob", client=client)


def at(tenant: Tenant, seq: int) -> Event:
    return Event.objects.get(tenant=tenant, seq=seq)


def change(tenant: Tenant, place: int, **values: Any) -> None:
    with lowered_guards():
        Event.objects.filter(tenant=tenant, seq=place).update(**values)


def take(tenant: Tenant, *places: int) -> None:
    with lowered_guards():
        Event.objects.filter(tenant=tenant, seq__in=places).delete()


def edited(event: Event, **values: Any) -> str:
    """Its body, changed with care."""
    return canonical(json.loads(event.body) | values)


def said(tenant: Tenant) -> list[tuple[str, int, int]]:
    """The findings of a whole verification, by kind and place."""
    return [(found.kind.value, found.seq, found.through) for found in verify(tenant.id).findings]


def named(tenant: Tenant) -> Sequence[str | None]:
    return [found.event for found in verify(tenant.id).findings]
