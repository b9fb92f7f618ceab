"""Verifications that workers make: regularly and on request, slice by slice, by whoever holds the lease."""

from __future__ import annotations

import json
import logging
import uuid
from datetime import UTC, datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from audit.actor import Actor, system_actor
from audit.catalogue import EventType, Outcome, Severity
from audit.integrity import findings
from audit.integrity.verifying import Verdict, verify
from audit.integrity.walk import beginning
from audit.log_event import Entry
from audit.models import Head, Verification
from audit.retention import segment
from audit.services import record
from lib.clock import moment_in

log = logging.getLogger(__name__)

# A worker that died is replaced after so long.
TERM = timedelta(minutes=2)
# Of one log in a round; there is one every five seconds.
SECONDS = 2.0
# What came since the last time; and everything, more seldom where that takes long.
RECENT, WHOLE, WHOLE_OF_MANY = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
MANY = 1_000_000
KEPT_FOR = timedelta(days=90)


def ask(tenant_id: uuid.UUID, *, by: Actor) -> Verification:
    """Verify everything, soon; one that is under way already will do."""
    with transaction.atomic():
        verification = _begin(tenant_id, whole=True, transaction_id=by.transaction_id)
        record(tenant_id, Entry(EventType.VERIFICATION_REQUESTED, by, (segment(tenant_id),)))
    return verification


def begin_due() -> None:
    """Of each log whose time has come, unless somebody is at it."""
    for head in Head.objects.filter(seq__gt=0).iterator():
        now = datetime.now(UTC)
        mine = Verification.objects.filter(tenant_id=head.tenant_id).order_by("-id")
        last, last_whole = mine.first(), mine.filter(whole=True).first()
        seldom = WHOLE_OF_MANY if head.seq > MANY else WHOLE
        if last_whole is None or last_whole.started_at <= now - seldom:
            _begin(head.tenant_id, whole=True)
        elif last and last.started_at <= now - RECENT and last.seq < head.seq:
            _begin(head.tenant_id, whole=False)
    Verification.objects.filter(ended_at__lt=datetime.now(UTC) - KEPT_FOR, findings="[]").delete()


def _begin(tenant_id: uuid.UUID, *, whole: bool, transaction_id: str | None = None) -> Verification:
    """The one that is under way, if there is one."""
    after, value = beginning(tenant_id) if whole else _last_end(tenant_id)
    defaults = {
        "whole": whole,
        "started_at": datetime.now(UTC),
        "first": after + 1,
        "seq": after,
        "hash": value,
        "transaction_id": transaction_id or system_actor().transaction_id,
    }
    under_way = {"tenant_id": tenant_id, "ended_at": None}
    return Verification.objects.get_or_create(**under_way, defaults=defaults)[0]


def _last_end(tenant_id: uuid.UUID) -> tuple[int, bytes]:
    """Where the last one came to, if the chain could be followed there."""
    ended = Verification.objects.filter(tenant_id=tenant_id).exclude(ended_at=None)
    last = ended.exclude(hash=b"").order_by("-id").first()
    return (last.seq, bytes(last.hash)) if last else beginning(tenant_id)


def work_off_all() -> None:
    """A round of each verification that nobody has in hand."""
    free = Q(lease=None) | Q(lease_until__lte=Now())
    for verification in Verification.objects.filter(free, ended_at=None).order_by("id"):
        try:
            work_off(verification.id)
        except Exception:  # the others are not to wait for one that breaks; it is tried again
            log.exception("A round of the verification %s broke off.", verification.id)


def work_off(verification_id: int) -> None:
    """Go on for a moment. Safe at once and twice: each step is kept by who holds the lease."""
    lease = uuid.uuid4()
    free = Q(lease=None) | Q(lease_until__lte=Now())
    mine = Verification.objects.filter(free, id=verification_id, ended_at=None)
    if not mine.update(lease=lease, lease_until=moment_in(TERM)):
        return
    verification = Verification.objects.get(id=verification_id)
    until = monotonic() + SECONDS
    start = verification.seq, bytes(verification.hash)
    verdict = verify(verification.tenant_id, start, enough=lambda: monotonic() > until)
    keep(verification, lease, verdict)


@transaction.atomic
def keep(verification: Verification, lease: uuid.UUID, verdict: Verdict) -> None:
    """What a slice came to, unless somebody else has taken over meanwhile."""
    found = [*verification.found, *(finding.as_json() for finding in verdict.findings)]
    is_over = verdict.is_over or len(found) >= findings.MOST
    held = Verification.objects.filter(id=verification.id, lease=lease, ended_at=None)
    kept = held.update(
        seq=verdict.seq,
        hash=verdict.hash or b"",
        count=verification.count + verdict.count,
        findings=json.dumps(found[: findings.MOST]),
        lease=None,
        lease_until=None,
        ended_at=Now() if is_over else None,
    )
    if kept and is_over:
        _tell(Verification.objects.get(id=verification.id))


def _tell(verification: Verification) -> None:
    """That what came in the last hour is good is no news."""
    found = verification.found
    if not (verification.whole or found):
        return
    debug = {
        "firstSeq": str(verification.first),
        "lastSeq": str(verification.seq),
        "events": str(verification.count),
        "findings": str(len(found)),
    }
    entry = Entry(
        EventType.LOG_VERIFIED,
        system_actor(verification.transaction_id),
        (segment(verification.tenant_id),),
        outcome=Outcome.FAILURE if found else Outcome.SUCCESS,
        severity=Severity.ERROR if found else Severity.INFO,
        reason=found[0]["says"] if found else None,
        debug=debug,
    )
    record(verification.tenant_id, entry)
