"""The proof of one event: what shows, far from the database, that a signed checkpoint covers it."""

from __future__ import annotations

import json
import uuid
from typing import Any

from audit import checkpoints
from audit.chain import first_hash, link
from audit.models import Anchor, Checkpoint, Event, Tombstone
from audit.personal import facts

FORMAT = "lockstep-proof-1"


class NoProof(Exception):
    """There is none; the sentence says why."""


def proof_of(event: Event) -> dict[str, Any]:
    """As JSON has it; `lockstep_verify.py` reads it. Raises NoProof."""
    checkpoint = _covering(event)
    digests = _digests(event.tenant_id, event.seq, checkpoint.seq)
    previous = _hash_before(event)
    value = previous
    for seq, digest in enumerate([bytes(event.digest), *digests], start=event.seq):
        value = link(value, seq, digest)
    if value != checkpoints.read(checkpoint.note).hash:
        raise NoProof("The checkpoint doesn't agree with the log: verify the log.")
    return {
        "format": FORMAT,
        "tenant": str(event.tenant_id),
        "seq": event.seq,
        "previous": previous.hex(),
        "body": event.body,
        "blocks": json.loads(event.blocks),
        "row": facts(event.id, event.version, event.sealed_at),
        "digests": [digest.hex() for digest in digests],
        "checkpoint": checkpoint.note,
    }


def _covering(event: Event) -> Checkpoint:
    """The next one that has been made; for the newest events one is made now."""
    behind = Checkpoint.objects.filter(tenant_id=event.tenant_id, seq__gte=event.seq).order_by("seq")
    try:
        checkpoint = behind.first() or checkpoints.make_now(event.tenant_id)
    except checkpoints.NoKey as error:
        raise NoProof(str(error)) from error
    if checkpoint is None or checkpoint.seq < event.seq:
        raise NoProof("No checkpoint covers the event: verify the log.")
    return checkpoint


def _hash_before(event: Event) -> bytes:
    if event.seq == 1:
        return first_hash(event.tenant_id)
    for rows in (Event.objects, Tombstone.objects, Anchor.objects):
        place = rows.filter(tenant_id=event.tenant_id, seq=event.seq - 1)
        if (found := place.values_list("hash", flat=True).first()) is not None:
            return bytes(found)
    raise NoProof("The event before is missing: verify the log.")


def _digests(tenant_id: uuid.UUID, after: int, until: int) -> list[bytes]:
    """Of what stands behind the event, as far as the checkpoint; retention leaves digests behind."""
    chosen = {"tenant_id": tenant_id, "seq__gt": after, "seq__lte": until}
    found = {
        seq: bytes(digest)
        for rows in (Tombstone.objects, Event.objects)
        for seq, digest in rows.filter(**chosen).values_list("seq", "digest")
    }
    if len(found) != until - after:
        raise NoProof("Events behind it are missing: verify the log.")
    return [found[seq] for seq in sorted(found)]
