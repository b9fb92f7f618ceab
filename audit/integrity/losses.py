"""Checkpoints that speak of a log that is gone: a person has said so, and the log tells of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from audit.catalogue import EventType
from audit.checkpoints import Place
from audit.models import Event


@dataclass(frozen=True)
class Loss:
    """Of events behind `kept` up to `lost`, as far as they were signed until then."""

    kept: int
    lost: int
    until: str

    def covers(self, place: Place) -> bool:
        return self.kept < place.seq <= self.lost and place.made_at <= self.until


def losses(tenant_id: uuid.UUID) -> Iterator[Loss]:
    told = Event.objects.filter(tenant_id=tenant_id, event_type=EventType.ROLLBACK_ACCEPTED)
    for event in told.order_by("seq"):
        try:
            said = event.document["debugContext"]["debugData"]
            yield Loss(int(said["keptSeq"]), int(said["lostSeq"]), event.document["published"])
        except (LookupError, TypeError, ValueError, AttributeError):
            # It was changed: verification finds that.
            continue
