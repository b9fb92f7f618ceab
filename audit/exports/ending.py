"""How an export ends otherwise than well, and what is thrown away when it is over."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models.functions import Now

from audit.actor import Actor
from audit.exports.telling import tell_broken
from audit.models import Export, ExportPart


class NotPossible(Exception):
    """What was asked for can't be done; the sentence says why and what to do."""


@transaction.atomic
def stop(export: Export, *, by: Actor) -> bool:
    """What is written of it goes. False if it did not run."""
    return _end(export, Export.State.STOPPED, f"Stopped by {by.display_name}.", by)


@transaction.atomic
def fail(export: Export, reason: str) -> bool:
    return _end(export, Export.State.FAILED, reason, export.by)


def expire() -> int:
    """Throw away what was kept long enough. Returns how many exports that were."""
    return sum(_expire(export_id) for export_id in Export.objects.outlived().values_list("id", flat=True))


def discard(tenant_id: uuid.UUID) -> int:
    """All files of a tenant, before their time: what was erased from the log may be in them.

    Those that are being written stop. Returns how many exports that were.
    """
    kept = Export.objects.of_tenant(tenant_id).filter(state__in=(Export.State.RUNNING, Export.State.FINISHED))
    return sum(_discard(export_id) for export_id in kept.values_list("id", flat=True))


@transaction.atomic
def _expire(export_id: uuid.UUID) -> bool:
    expired = Export.objects.outlived().filter(id=export_id).update(state=Export.State.EXPIRED)
    return bool(expired) and _throw_away(export_id)


@transaction.atomic
def _discard(export_id: uuid.UUID) -> bool:
    kept = Export.objects.filter(id=export_id, state__in=(Export.State.RUNNING, Export.State.FINISHED))
    return bool(kept.update(state=Export.State.EXPIRED, expires_at=Now())) and _throw_away(export_id)


def _end(export: Export, state: Export.State, reason: str, by: Actor) -> bool:
    ended = Export.objects.running().filter(id=export.id).update(state=state, finished_at=Now())
    export.refresh_from_db()
    if ended:
        _throw_away(export.id)
        tell_broken(export, reason, by)
    return bool(ended)


def _throw_away(export_id: uuid.UUID) -> bool:
    ExportPart.objects.filter(export=export_id).delete()
    return True
