"""An event of each kind."""

from __future__ import annotations

from audit.actor import system_actor
from audit.catalogue import EventType
from audit.kinds import Kind
from audit.log_event import Entry

OF_KIND = {
    Kind.REQUESTS: EventType.API_CALLED,
    Kind.DELIVERIES: EventType.PUSH_USER,
    Kind.CHANGES: EventType.USER_CREATED,
    Kind.ACCESS: EventType.SIGNED_IN,
    Kind.CONFIGURATION: EventType.TARGET_CREATED,
}


def entry(kind: Kind = Kind.ACCESS) -> Entry:
    return Entry(type=OF_KIND[kind], actor=system_actor())
