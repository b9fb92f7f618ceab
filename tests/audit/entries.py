"""Entries for the log, and the events that they are rendered to."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from audit.actor import Actor, ActorType
from audit.catalogue import EventType
from audit.log_event import Change, Entry, Subject, SubjectType
from audit.rendering import render

PUBLISHED = datetime(2026, 5, 1, 12, 0, 0, 7_999, tzinfo=UTC)
KEYS = {
    *("uuid", "published", "eventType", "version", "severity", "legacyEventType", "displayMessage", "actor"),
    *("client", "outcome", "target", "transaction", "debugContext", "authenticationContext"),
    *("securityContext", "request"),
}


def scim_client(**changes: Any) -> Actor:
    values: dict[str, Any] = {"id": "c1", "type": ActorType.CLIENT_APP, "display_name": "Okta", **changes}
    return Actor(**values)


def person(name: str, user_id: UUID | None = None, change: Change | None = None) -> Subject:
    return Subject(SubjectType.USER, str(user_id or uuid4()), name.title(), name, change)


def entry(**changes: Any) -> Entry:
    return Entry(**{"type": EventType.USER_CREATED, "actor": scim_client(), **changes})


def rendered(**changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render(entry(**changes), event_id=uuid4(), published=PUBLISHED))
    return document
