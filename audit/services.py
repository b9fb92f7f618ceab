"""Writing events: the only way into the system log."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import transaction

from audit.log_event import Entry, SubjectType, canonical, render
from audit.models import Event
from lib.parts import parts
from lib.statements import Statement, insertion, together

CHUNK = 500


def record(tenant_id: uuid.UUID, *entries: Entry) -> None:
    """Write events, in this order, in the transaction of the caller: what is undone was never logged."""
    now = datetime.now(UTC)
    # A group of 80,000 members is as many events: their rows are not made all at once.
    with transaction.atomic(savepoint=False):
        for part in parts(entries, CHUNK):
            together(_insertion(tenant_id, part, now))


def recording(tenant_id: uuid.UUID, entries: Sequence[Entry]) -> Statement:
    """The same, of few events, as a statement that goes to the database together with others."""
    return _insertion(tenant_id, entries, datetime.now(UTC))


def _insertion(tenant_id: uuid.UUID, entries: Sequence[Entry], now: datetime) -> Statement:
    return insertion([event_of(tenant_id, entry, now) for entry in entries])


def event_of(tenant_id: uuid.UUID, entry: Entry, published: datetime) -> Event:
    """The row of an event that is still to be written."""
    event_id = uuid.uuid4()
    return Event(
        uuid=event_id,
        tenant_id=tenant_id,
        published=published,
        event_type=entry.type,
        severity=entry.severity,
        result=entry.outcome,
        transaction_id=entry.actor.transaction_id,
        user_id=_subject_id(entry, SubjectType.USER),
        group_id=_subject_id(entry, SubjectType.GROUP),
        target_id=_subject_id(entry, SubjectType.APP),
        version=entry.version,
        search=_search_text(entry),
        body=canonical(render(entry, event_id=event_id, published=published)),
    )


def _subject_id(entry: Entry, kind: SubjectType) -> uuid.UUID | None:
    subject = entry.subject(kind)
    return uuid.UUID(subject.id) if subject else None


def _search_text(entry: Entry) -> str:
    """What a keyword search looks through: who, what, to whom, why. A client may have sent NUL, which
    PostgreSQL keeps in no text."""
    words = [entry.type.value, entry.type.label, entry.outcome.value, entry.reason or ""]
    words += [entry.actor.display_name, entry.actor.alternate_id, entry.actor.transaction_id]
    for subject in entry.subjects:
        words += [subject.id, subject.display_name, subject.alternate_id]
    return " ".join(words).replace("\0", "").casefold()
