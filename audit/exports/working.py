"""Writing an export: parts in short transactions, by whoever holds its lease."""

from __future__ import annotations

import gzip
import hashlib
import logging
import uuid
from datetime import timedelta
from time import monotonic

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from audit.exports.ending import fail
from audit.exports.selecting import Row, Selection, next_rows
from audit.exports.serving import content
from audit.exports.telling import tell_generated
from audit.formats import FORMATS
from audit.models import Export, ExportPart, ExportQuerySet
from lib.clock import moment_in

log = logging.getLogger(__name__)

# A worker that died is replaced after so long.
TERM = timedelta(seconds=30)
# There is a round every second.
BUDGET = timedelta(seconds=1)
KEPT_FOR = timedelta(days=7)
MOST_TRIES = 5
# Quick: what is gained by trying harder costs more than it spares.
LEVEL = 3


def work_off_all() -> None:
    """A round of each export that nobody has in hand."""
    for export_id in list(Export.objects.unattended().order_by("created_at").values_list("id", flat=True)):
        try:
            work_off(export_id)
        except Exception:  # the others are not to wait for one that breaks; it is tried again, a few times
            log.exception("A round of export %s broke off.", export_id)


def work_off(export_id: uuid.UUID) -> None:
    """Write on for a moment. Safe at once and twice: each part is written by who holds the lease."""
    lease = _take(export_id)
    if lease is None:
        return
    try:
        until = monotonic() + BUDGET.total_seconds()
        while _go_on(export_id, lease) and monotonic() < until:
            pass
    finally:
        Export.objects.filter(id=export_id, lease=lease).update(lease=None, lease_until=None)


def _take(export_id: uuid.UUID) -> uuid.UUID | None:
    lease = uuid.uuid4()
    free = Export.objects.running().filter(Q(lease=None) | Q(lease_until__lte=Now()), id=export_id)
    return lease if free.update(lease=lease, lease_until=moment_in(TERM), tries=F("tries") + 1) else None


def _go_on(export_id: uuid.UUID, lease: uuid.UUID) -> bool:
    """The next part, or the end. Whether there is more to do."""
    export = Export.objects.running().filter(id=export_id, lease=lease).first()
    if export is None:
        return False
    if export.tries > MOST_TRIES:
        fail(export, "It broke off several times: whoever runs Lockstep finds the reason in its log.")
        return False
    events = Selection(**export.selection).of(export.tenant_id, newest_seq=export.newest_seq)
    rows = next_rows(events, published=export.last_published, seq=export.last_seq)
    return _write(export, rows) if rows else _finish(export)


def _write(export: Export, rows: list[Row]) -> bool:
    line = FORMATS[export.format].line
    plain = "".join(line(body) for _, _, body in rows).encode()
    body = gzip.compress(plain, LEVEL, mtime=0)
    published, seq, _ = rows[-1]
    with transaction.atomic():
        kept = _held(export).update(
            done=F("done") + len(rows),
            size=F("size") + len(plain),
            number_of_parts=F("number_of_parts") + 1,
            last_published=published,
            last_seq=seq,
            tries=1,
            lease_until=moment_in(TERM),
        )
        if kept:
            ExportPart.objects.create(export=export, number=export.number_of_parts, body=body)
    return bool(kept)


def _finish(export: Export) -> bool:
    """False: there is nothing more to do."""
    digest = hashlib.sha256()
    for piece in content(export):
        digest.update(piece)
        _held(export).update(lease_until=moment_in(TERM))
    with transaction.atomic():
        finished = _held(export).update(
            state=Export.State.FINISHED,
            sha256=digest.hexdigest(),
            finished_at=Now(),
            expires_at=moment_in(KEPT_FOR),
        )
        if finished:
            export.refresh_from_db()
            tell_generated(export)
    return False


def _held(export: Export) -> ExportQuerySet:
    """The export's row, as long as it is in the same hands and was not stopped."""
    return Export.objects.running().filter(id=export.id, lease=export.lease)
