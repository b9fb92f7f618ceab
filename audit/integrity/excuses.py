"""What may be otherwise than it was sealed if the log itself tells of it: erased and expired events."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from audit.catalogue import EventType
from audit.integrity import findings
from audit.integrity.findings import Finding
from audit.models import Anchor, Event, EventQuerySet, Tombstone
from audit.personal import ERASED
from audit.sealing import seal

# A purge may come in between what is read of the last.
TRIES = 3


def unexcused(tenant_id: uuid.UUID, erased: tuple[int, str | None] | None) -> Iterator[Finding]:
    """`erased`: the last event of which a part is erased, by its place and uuid."""
    # A purge and the event that tells of it are one transaction, but that is sealed later.
    if not seal(tenant_id):
        return
    last_gone = _last_gone(tenant_id)
    if last_gone and not any(_is_told(tenant_id, last_gone) for _ in range(TRIES)):
        yield findings.taken(last_gone)
    if erased and erased[0] > last_gone:
        started = _told(tenant_id, EventType.ERASURE_STARTED, after=erased[0])
        if not started.exists():
            yield findings.changed(*erased, "parts of it are erased, and no erasure tells of it")


def _last_gone(tenant_id: uuid.UUID) -> int:
    """Anchors move in the transaction in which tombstones go: they are read later."""
    chosen = {"tenant_id": tenant_id}
    stone = Tombstone.objects.filter(**chosen).order_by("-seq").values_list("seq", flat=True).first()
    anchor = Anchor.objects.filter(**chosen).values_list("seq", flat=True).first()
    return max(stone or 0, anchor or 0)


def _told(tenant_id: uuid.UUID, kind: EventType, *, after: int) -> EventQuerySet:
    return Event.objects.filter(tenant_id=tenant_id, event_type=kind, seq__gt=after)


def _is_told(tenant_id: uuid.UUID, last_gone: int) -> bool:
    """Whether what is kept begins where the last purge left it."""
    anchor = Anchor.objects.filter(tenant_id=tenant_id).first()
    seal(tenant_id)
    purge = _told(tenant_id, EventType.LOG_PURGED, after=last_gone).order_by("-seq").first()
    if anchor is None or purge is None:
        return purge is not None
    said = purge.document["debugContext"]["debugData"]
    if said.get("anchorSeq") == ERASED:
        # With whoever purged; the next purge says it anew.
        return True
    return (said.get("anchorSeq"), said.get("anchorHash")) == (str(anchor.seq), bytes(anchor.hash).hex())
