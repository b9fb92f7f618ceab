"""The log, as tests read it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from audit.chain import first_hash, link
from audit.log_event import Entry
from audit.models import Anchor, Event, EventQuerySet, Head, Pending, Tombstone
from audit.sealing import seal, seal_all
from audit.services import pending


def log_events() -> EventQuerySet:
    """Of all tenants, those of this moment too."""
    seal_all()
    return Event.objects.all()


def aged(tenant_id: uuid.UUID, days: float, *entries: Entry) -> list[Event]:
    """Events that were published so many days ago, sealed now, in this order."""
    moment = datetime.now(UTC) - timedelta(days=days)
    rows = Pending.objects.bulk_create([pending(tenant_id, entry, moment) for entry in entries])
    seal(tenant_id, most=None)
    return list(Event.objects.filter(id__in=[row.id for row in rows]).order_by("seq"))


def broken_at(tenant_id: uuid.UUID) -> int | None:
    """The first place, from the anchor to the head, that doesn't follow from the one before."""
    anchor = Anchor.objects.filter(tenant_id=tenant_id).first()
    place, last = (anchor.seq, bytes(anchor.hash)) if anchor else (0, first_hash(tenant_id))
    places = {
        seq: (bytes(digest), bytes(hash))
        for rows in (Event.objects, Tombstone.objects)
        for seq, digest, hash in rows.filter(tenant_id=tenant_id).values_list("seq", "digest", "hash")
    }
    head = Head.objects.get(tenant_id=tenant_id)
    while place < head.seq:
        place += 1
        digest, hash = places.pop(place, (b"", b""))
        if hash != link(last, place, digest):
            return place
        last = hash
    return min(places, default=None) if bytes(head.hash) == last else place
