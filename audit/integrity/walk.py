"""Following the chain of a tenant from one event to another."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby

from audit.chain import first_hash, link
from audit.integrity import breaks, findings, places
from audit.integrity.findings import Finding
from audit.integrity.places import Place
from audit.models import Anchor


@dataclass
class Walk:
    """Where it stands: `hash` is the chain at `seq`.

    Once an event was found to be inserted or removed, all that follow are numbered `shift` too high.
    """

    tenant_id: uuid.UUID
    seq: int
    # None behind a gap, until the next event says it.
    hash: bytes | None
    # The last number that is looked at, and the chain there, which the sealer keeps elsewhere.
    until: int
    end: bytes
    shift: int = 0
    count: int = 0
    gone: int = 0
    # The last event of which a part is erased.
    erased: tuple[int, str | None] | None = None
    found: list[Finding] = field(default_factory=list)
    # Events that stand in the place of another, until their own place is found.
    strays: list[Place] = field(default_factory=list)
    # Those of them whose own place was found before they were come to.
    placed: set[str | None] = field(default_factory=set)
    # Called with each place and what the chain is there.
    passing: Callable[[int, bytes], None] | None = None

    @property
    def is_full(self) -> bool:
        return len(self.found) >= findings.MOST

    @property
    def is_over(self) -> bool:
        return self.seq >= self.until or self.is_full

    @property
    def is_calm(self) -> bool:
        """Whether nothing but `seq` and `hash` is needed to go on from here."""
        return not self.shift and not self.strays and self.hash is not None

    def go_on(self, enough: Callable[[], bool] = lambda: False) -> None:
        """To the end, or until that is enough."""
        start = self.seq
        while start < (last := self.until + max(self.shift, 0)):
            stop = min(start + places.WINDOW, last)
            found = places.window(self.tenant_id, start, stop)
            for seq, same in groupby(found, key=lambda place: place.seq):
                self._pass_gap(seq)
                self._pass(seq, list(same))
                if self.is_full:
                    return
            if self.is_calm and enough():
                return
            start = stop
        self._come_to_the_end()

    def _pass(self, seq: int, same: list[Place]) -> None:
        place = breaks.genuine(self, same)
        self.found += [findings.inserted(seq, other.event) for other in same if other is not place]
        self._check_content(place)
        if self.hash is None or link(self.hash, seq - self.shift, place.digest) == place.hash:
            self.hash = place.hash
        else:
            self.hash = breaks.explain(self, place)
        self.seq = seq
        self.count += 1
        if self.passing and self.hash is not None:
            self.passing(seq - self.shift, self.hash)

    def _check_content(self, place: Place) -> None:
        """Of an event by itself. What was changed in the chain is another matter."""
        if place.content is None:
            self.gone += 1
            return
        if '"sha256"' in place.content.blocks:
            self.erased = place.seq, place.event
        read = places.read(place.content)
        if read is None:
            what = "body and blocks are not as they were"
        elif read[1] != place.digest:
            what = "body, blocks, id, version or sealed_at are not as they were, or the digest is another"
        elif wrong := places.wrong_columns(place.content, read[0]):
            what = f"{', '.join(wrong)} {'differ' if len(wrong) > 1 else 'differs'} from the body"
        else:
            return
        self.found.append(findings.changed(place.seq, place.event, what))

    def _pass_gap(self, seq: int) -> None:
        """What is missing before `seq`, unless retention took it while we walked."""
        if seq == self.seq + 1:
            return
        start = anchor_of(self.tenant_id)
        if start and start[0] == seq - 1:
            self.seq, self.hash = start
            return
        self.found.append(findings.missing(self.seq + 1, seq - 1))
        self.seq, self.hash = seq - 1, None

    def _come_to_the_end(self) -> None:
        last = self.seq - self.shift
        if last < self.until:
            start = anchor_of(self.tenant_id)
            if start and start[0] == self.until:
                self.seq, self.hash = start
                return
            self.found.append(findings.cut_off(last + 1, self.until, "the log's own head"))
            self.hash = None
        self.seq = self.until


def anchor_of(tenant_id: uuid.UUID) -> tuple[int, bytes] | None:
    anchor = Anchor.objects.filter(tenant_id=tenant_id).first()
    return (anchor.seq, bytes(anchor.hash)) if anchor else None


def beginning(tenant_id: uuid.UUID) -> tuple[int, bytes]:
    """The last event before all that is kept, and the chain there."""
    return anchor_of(tenant_id) or (0, first_hash(tenant_id))
