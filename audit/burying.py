"""How events leave the log: their places stay, so that the chain can be followed over the gap."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from audit.models import Anchor, Event, Head, Tombstone


@transaction.atomic
def bury(tenant_id: uuid.UUID, places: Sequence[int]) -> int:
    """Put tombstones in the places of these events; returns how many were there.

    Raises IntegrityError if one of them is less than a day old.
    """
    if connection.vendor == "postgresql":
        return int(_call("SELECT audit_bury(%s, %s)", [tenant_id, list(places)]))
    events = Event.objects.filter(tenant_id=tenant_id, seq__in=places)
    gone = events.values_list("seq", "digest", "hash")
    stones = [Tombstone(tenant_id=tenant_id, seq=seq, digest=digest, hash=hash) for seq, digest, hash in gone]
    Tombstone.objects.bulk_create(stones, ignore_conflicts=True)
    return events.delete()[0]


@transaction.atomic
def advance(tenant_id: uuid.UUID) -> None:
    """The anchor moves up to the oldest event that is kept; tombstones behind it have served."""
    if connection.vendor == "postgresql":
        _call("SELECT audit_advance(%s)", [tenant_id])
        return
    kept = Event.objects.filter(tenant_id=tenant_id).order_by("seq").values_list("seq", flat=True).first()
    head = Head.objects.filter(tenant_id=tenant_id).values_list("seq", flat=True).first()
    oldest = kept if kept is not None else (head or 0) + 1
    last = Tombstone.objects.filter(tenant_id=tenant_id, seq=oldest - 1).first()
    if last is not None:
        values = {"seq": last.seq, "hash": last.hash}
        Anchor.objects.update_or_create(tenant_id=tenant_id, defaults=values)
        Tombstone.objects.filter(tenant_id=tenant_id, seq__lt=oldest).delete()


def _call(statement: str, values: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        (found,) = cursor.fetchone()
        return found
