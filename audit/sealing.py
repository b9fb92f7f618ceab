"""Sealing: what waits becomes visible, in the order of commits, each event linked to the last."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from django.db import connection, transaction

from audit.chain import first_hash, link
from audit.columns import columns_of
from audit.hours import count
from audit.models import Event, Head, Pending
from audit.personal import facts, sealed
from lib.bulk import write

# A batch holds SQLite's one write lock, for which requests wait meanwhile.
BATCHES = {"postgresql": 500, "sqlite": 200}
# Who reads seals so many batches at most and leaves the rest to the sealers.
MOST_BATCHES = 4


def seal(tenant_id: uuid.UUID, *, most: int | None = MOST_BATCHES) -> bool:
    """Whether everything that was committed before is sealed now; waits for other sealers.

    `most` batches are sealed, or all there are.
    """
    done = 0
    while Pending.objects.filter(tenant_id=tenant_id).exists():
        if most is not None and done == most:
            return False
        if seal_batch(tenant_id, wait=True):
            return True
        done += 1
    return True


def seal_all() -> None:
    """Of every tenant."""
    for tenant_id in waiting_tenants():
        seal(tenant_id, most=None)


def waiting_tenants() -> Iterator[uuid.UUID]:
    """Those with something to seal, each by one look into the index."""
    rows = Pending.objects.order_by("tenant_id").values_list("tenant_id", flat=True)
    last = rows.first()
    while last is not None:
        yield last
        last = rows.filter(tenant_id__gt=last).first()


@transaction.atomic
def seal_batch(tenant_id: uuid.UUID, *, wait: bool) -> bool | None:
    """Whether nothing more was waiting; None if another sealer has the log in hand and nobody is to wait."""
    size = BATCHES[connection.vendor]
    head = hold_head(tenant_id, wait=wait)
    if head is None:
        return None
    waiting = list(Pending.objects.filter(tenant_id=tenant_id).order_by("id")[:size])
    if waiting:
        seal_rows(head, waiting)
        Pending.objects.filter(tenant_id=tenant_id, id__in=[row.id for row in waiting]).delete()
    return len(waiting) < size


def seal_rows(head: Head, rows: Sequence[Pending]) -> None:
    """Behind the head, which the caller holds."""
    events = _chained(head, rows)
    write(events)
    count(head.tenant_id, events)
    head.save()


def hold_head(tenant_id: uuid.UUID, *, wait: bool) -> Head | None:
    held = Head.objects.filter(tenant_id=tenant_id)
    if not held.exists():
        Head.objects.bulk_create(
            [Head(tenant_id=tenant_id, hash=first_hash(tenant_id))], ignore_conflicts=True
        )
    return held.select_for_update(skip_locked=not wait and connection.features.has_select_for_update).first()


def _chained(head: Head, waiting: Sequence[Pending]) -> list[Event]:
    """The events, and the head behind the last of them. A clock that has gone back is not followed."""
    now = datetime.now(UTC)
    head.sealed_at = now if head.sealed_at is None else max(now, head.sealed_at)
    events = []
    for row in waiting:
        event = _event_of(row, head.sealed_at)
        head.seq += 1
        head.hash = link(bytes(head.hash), head.seq, bytes(event.digest))
        event.seq, event.hash = head.seq, head.hash
        events.append(event)
    return events


def _event_of(row: Pending, sealed_at: datetime) -> Event:
    document = json.loads(row.body)
    blocks, digest = sealed(document, facts(row.id, row.version, sealed_at))
    return Event(
        id=row.id,
        tenant_id=row.tenant_id,
        sealed_at=sealed_at,
        version=row.version,
        body=row.body,
        blocks=json.dumps(blocks, separators=(",", ":")),
        digest=digest,
        **columns_of(document),
    )
