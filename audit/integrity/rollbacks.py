"""A log that was restored from a backup: a person says so, and the log itself names what was lost."""

from __future__ import annotations

import uuid

from audit.actor import Actor
from audit.catalogue import EventType, Severity
from audit.integrity.findings import Kind
from audit.integrity.losses import Loss
from audit.integrity.verifying import verify
from audit.log_event import Entry
from audit.retention import segment
from audit.sealing import seal
from audit.services import record


class NotSettled(Exception):
    """There is no rollback, or more than that; the sentence says which."""


def settle(tenant_id: uuid.UUID, *, reason: str, by: Actor) -> Loss:
    """From now on the log begins anew behind what was kept. Raises NotSettled."""
    found = verify(tenant_id).findings
    if not found:
        raise NotSettled("The log was not rolled back.")
    if any(finding.kind is not Kind.ROLLED_BACK for finding in found):
        raise NotSettled("More is wrong with the log than a rollback: see verify_log.")
    kept, lost = min(finding.seq for finding in found) - 1, max(finding.through for finding in found)
    debug = {"keptSeq": str(kept), "lostSeq": str(lost)}
    accepted = Entry(
        EventType.ROLLBACK_ACCEPTED,
        by,
        (segment(tenant_id),),
        severity=Severity.WARN,
        reason=reason,
        debug=debug,
    )
    record(tenant_id, accepted)
    seal(tenant_id)
    return Loss(kept, lost, "")
