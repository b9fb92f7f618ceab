"""LogEvents of every kind, as pure documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from audit.actor import Actor, ActorType, Client, TransactionType, system_actor
from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Change, Entry, Subject, SubjectType
from audit.rendering import render

PUBLISHED = datetime(2026, 5, 1, 12, 0, 0, 7_000, tzinfo=UTC)
ADA = Subject(SubjectType.USER, str(uuid4()), "Ada Lovelace", "ada@example.com")
ENGINEERS = Subject(SubjectType.GROUP, str(uuid4()), "Engineers")
HR = Subject(SubjectType.APP, str(uuid4()), "HR database")
TOKEN = Subject(SubjectType.TOKEN, str(uuid4()), "lk_abc…")


def person(**changes: Any) -> Actor:
    values: dict[str, Any] = {
        "id": "7",
        "type": ActorType.USER,
        "display_name": "Grace Hopper",
        "alternate_id": "grace@example.com",
        "client": Client("203.0.113.7", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"),
        "transaction_type": TransactionType.WEB,
        **changes,
    }
    return Actor(**values)


def scim_client() -> Actor:
    return person(id="c1", type=ActorType.CLIENT_APP, display_name="Okta", alternate_id="unknown")


def log_event(kind: EventType = EventType.USER_CREATED, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"actor": scim_client(), "subjects": (ADA,), **changes}
    written = render(Entry(type=kind, **values), event_id=uuid4(), published=PUBLISHED)
    document: dict[str, Any] = json.loads(written)
    return document


def every_kind() -> Iterator[dict[str, Any]]:
    """Each event type with each kind of actor and with each company of targets that it may come in."""
    changed = Subject(
        *_facts(ADA), Change({"title": None}, {"title": "Countess", "emails": [{"value": "x"}]})
    )
    companies = ((), (ADA,), (ENGINEERS,), (ADA, ENGINEERS), (HR, ADA), (TOKEN,), (changed,))
    actors = (scim_client(), person(), system_actor(), person(type=ActorType.UNKNOWN, client=None))
    for kind in EventType:
        for number, subjects in enumerate(companies):
            yield log_event(
                kind,
                actor=actors[number % len(actors)],
                subjects=subjects,
                outcome=list(Outcome)[number % len(Outcome)],
                severity=list(Severity)[number % len(Severity)],
                reason="why" if number % 2 else None,
                debug={"httpMethod": "PATCH", "requestId": "r1"} if number % 3 else None,
            )


def _facts(subject: Subject) -> tuple[SubjectType, str, str, str]:
    return subject.type, subject.id, subject.display_name, subject.alternate_id
