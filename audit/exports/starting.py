"""What an export would hold, and beginning one."""

from __future__ import annotations

import uuid

from django.db import transaction

from audit.actor import Actor, copied
from audit.exports.ending import NotPossible
from audit.exports.selecting import CHUNK, Selection
from audit.exports.telling import tell_requested
from audit.exports.working import work_off
from audit.formats import FORMATS
from audit.models import Export, Head
from audit.reading import events_of

# Of one tenant.
MOST_AT_ONCE = 5


def newest_seq(tenant_id: uuid.UUID) -> int:
    """Where the log ends, with what was committed a moment ago."""
    events_of(tenant_id)
    return Head.objects.filter(tenant_id=tenant_id).values_list("seq", flat=True).first() or 0


def count_of(tenant_id: uuid.UUID, selection: Selection) -> int:
    """How many events it is now. Raises InvalidSearch."""
    return selection.of(tenant_id, newest_seq=newest_seq(tenant_id)).count()


def start_export(tenant_id: uuid.UUID, selection: Selection, *, format: str, by: Actor) -> Export:
    """Of what there is now. A small one is ready when this returns. Raises InvalidSearch and NotPossible."""
    if format not in FORMATS:
        raise NotPossible(f"There is no format {format!r}: use {', '.join(FORMATS)}.")
    newest = newest_seq(tenant_id)
    total = selection.of(tenant_id, newest_seq=newest).count()
    if Export.objects.of_tenant(tenant_id).running().count() >= MOST_AT_ONCE:
        raise NotPossible(f"{MOST_AT_ONCE} exports are running already. Wait for one of them or stop it.")
    with transaction.atomic():
        export = Export.objects.create(
            tenant_id=tenant_id,
            actor=copied(by),
            format=format,
            selection=selection.as_json(),
            total=total,
            newest_seq=newest,
            size=len(FORMATS[format].head.encode()),
        )
        tell_requested(export, by)
    if total <= CHUNK:
        work_off(export.id)
    export.refresh_from_db()
    return export
