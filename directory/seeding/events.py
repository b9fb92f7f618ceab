"""The log of synthetic changes: an event each, as the services would have written it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from audit.actor import Actor, ActorType, Client, system_actor
from audit.catalogue import EventType
from audit.filling import append
from audit.log_event import Entry
from directory.models import Group, Membership, User
from directory.services.announce import entry, subject_of

Moments = Iterable[datetime]


@dataclass
class Log:
    """Takes events as long as there are some `left` of those that are wanted."""

    tenant_id: uuid.UUID
    left: int

    def write(self, happened: Iterable[tuple[Entry, datetime]]) -> None:
        self.left -= append(self.tenant_id, islice(happened, self.left))


def creation(resource: User | Group) -> tuple[Entry, datetime]:
    kind = EventType.USER_CREATED if isinstance(resource, User) else EventType.GROUP_CREATED
    created = entry(kind, subject_of(resource), by=system_actor(), version=resource.version)
    return created, resource.created_at


def joining(row: Membership) -> tuple[Entry, datetime]:
    """`row` knows its user and group."""
    assert row.user is not None  # noqa: S101  # synthetic members are known
    subjects = subject_of(row.user), subject_of(row.group)
    joined = entry(EventType.MEMBER_ADDED, *subjects, by=system_actor(), version=row.group.version)
    return joined, row.created_at


def sign_in(moment: datetime) -> tuple[Entry, datetime]:
    """What fills a log that is to be longer than the directory's history: it changes nothing."""
    client = Client(ip_address="192.0.2.1", user_agent="Mozilla/5.0 (X11; Linux x86_64)")
    person = Actor(
        id="0", type=ActorType.USER, display_name="Operator", alternate_id="operator", client=client
    )
    return Entry(type=EventType.SIGNED_IN, actor=person), moment
