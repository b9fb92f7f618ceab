"""The way in for everybody who reads the log: what has just happened is there."""

from __future__ import annotations

import uuid

from audit.models import Event, EventQuerySet
from audit.sealing import seal


def events_of(tenant_id: uuid.UUID) -> EventQuerySet:
    """The tenant's events, in no order, those included that were committed a moment ago.

    Behind a large backlog the newest are missing until the sealers have come through.
    """
    seal(tenant_id)
    return Event.objects.filter(tenant_id=tenant_id)
