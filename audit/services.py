"""Writing events: the only way into the system log."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import transaction

from audit.log_event import Entry
from audit.models import Pending
from audit.rendering import render
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
    return insertion([pending(tenant_id, entry, now) for entry in entries])


def pending(tenant_id: uuid.UUID, entry: Entry, published: datetime) -> Pending:
    """The row of an event that is still to be written."""
    body = render(entry, event_id=uuid.uuid4(), published=published)
    return Pending(tenant_id=tenant_id, version=entry.version, body=body)
