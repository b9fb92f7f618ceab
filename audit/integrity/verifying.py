"""Verifying the log of a tenant, at once or in slices."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from audit.integrity import findings
from audit.integrity.excuses import unexcused
from audit.integrity.findings import Finding
from audit.integrity.testimony import Testimony, gathered
from audit.integrity.walk import Walk, beginning
from audit.models import Event, Head, Tombstone


@dataclass(frozen=True)
class Verdict:
    """On the events from `first` to `seq`; `hash` is the chain there, None if nobody can tell."""

    first: int
    seq: int
    hash: bytes | None
    is_over: bool
    # Of the events, those that retention has taken away, whose places are still followed.
    count: int
    gone: int
    # Signed checkpoints that say the same.
    checkpoints: int
    findings: list[Finding]

    @property
    def is_good(self) -> bool:
        return not self.findings


def never_enough() -> bool:
    return False


def verify(
    tenant_id: uuid.UUID, start: tuple[int, bytes] | None = None, *, enough: Callable[[], bool] = never_enough
) -> Verdict:
    """From the beginning of what is kept, or from an event and the chain there, to the head.

    Stops between two events once it is `enough`; from there somebody can go on.
    """
    after, value = start or beginning(tenant_id)
    testimony = gathered(tenant_id, after)
    head = Head.objects.filter(tenant_id=tenant_id).first() or Head(tenant_id=tenant_id, hash=value, seq=0)
    walk = Walk(tenant_id, after, value, until=head.seq, end=bytes(head.hash), passing=testimony.compare)
    found = [*_at_the_start(walk)]
    walk.go_on(enough)
    found += [*walk.found, *testimony.findings()]
    if walk.is_over and not walk.is_full:
        found += _at_the_end(walk, testimony, head)
    return Verdict(
        first=after + 1,
        seq=walk.seq,
        hash=walk.hash,
        is_over=walk.is_over,
        count=walk.count,
        gone=walk.gone,
        checkpoints=testimony.good,
        findings=found[: findings.MOST],
    )


def _at_the_start(walk: Walk) -> Iterator[Finding]:
    """Whether the log still has what it is to be followed from."""
    if walk.seq > walk.until:
        yield findings.rolled_back(walk.until, walk.seq, "another time")
        walk.hash = None
        return
    for rows in (Event.objects, Tombstone.objects):
        kept = rows.filter(tenant_id=walk.tenant_id, seq=walk.seq).values_list("hash", flat=True).first()
        if kept is not None and bytes(kept) != walk.hash:
            yield findings.rewritten(walk.seq, walk.seq - 1, "the time of the checkpoint")
            walk.hash = bytes(kept)


def _at_the_end(walk: Walk, testimony: Testimony, head: Head) -> list[Finding]:
    found = [*testimony.beyond(head.seq)]
    if walk.is_calm and walk.seq == head.seq and walk.hash != bytes(head.hash):
        found.append(findings.wrong_head(head.seq))
    if not walk.found:
        found += unexcused(walk.tenant_id, walk.erased)
    found += [findings.inserted(seq, str(event)) for seq, event in _behind_the_head(walk)]
    return found


def _behind_the_head(walk: Walk) -> list[tuple[int, uuid.UUID]]:
    """In one statement: while we look, the sealer goes on."""
    head = Head.objects.filter(tenant_id=OuterRef("tenant_id")).values("seq")
    rows = Event.objects.filter(tenant_id=walk.tenant_id, seq__gt=Subquery(head)).order_by("seq")
    skipped = max(walk.shift, 0)
    return [*rows.values_list("seq", "uuid")[skipped : skipped + findings.MOST]]
