"""An export that is written as it is read, and kept nowhere."""

from __future__ import annotations

import hashlib
import uuid
from itertools import chain
from typing import IO

from audit.actor import Actor, copied
from audit.exports.ending import NotPossible
from audit.exports.selecting import Selection, all_rows
from audit.exports.starting import newest_seq
from audit.exports.telling import tell_generated, tell_requested
from audit.formats import FORMATS
from audit.models import EventQuerySet, Export


def write_export(
    tenant_id: uuid.UUID, selection: Selection, *, format: str, out: IO[bytes], by: Actor
) -> Export:
    """It is in the log, as others are. Raises InvalidSearch and NotPossible, and what `out` raises."""
    if format not in FORMATS:
        raise NotPossible(f"There is no format {format!r}: use {', '.join(FORMATS)}.")
    newest = newest_seq(tenant_id)
    events = selection.of(tenant_id, newest_seq=newest)
    export = Export(
        tenant_id=tenant_id,
        actor=copied(by),
        format=format,
        selection=selection.as_json(),
        newest_seq=newest,
        total=events.count(),
    )
    tell_requested(export, by)
    _write(export, events, out)
    tell_generated(export)
    return export


def _write(export: Export, events: EventQuerySet, out: IO[bytes]) -> None:
    form, digest = FORMATS[export.format], hashlib.sha256()
    for rows in chain([[]], all_rows(events)):
        plain = "".join(form.line(body) for _, _, body in rows) if rows else form.head
        digest.update(plain.encode())
        export.size += out.write(plain.encode())
        export.done += len(rows)
    export.sha256 = digest.hexdigest()
