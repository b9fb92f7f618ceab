"""What the signed checkpoints, those in the database and those outside, say against a log."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from audit import witnesses
from audit.checkpoints import Place, read
from audit.integrity import findings
from audit.integrity.findings import Finding
from audit.integrity.losses import Loss, losses
from audit.models import Checkpoint
from lib.signed_notes import BadNote, TornNote


@dataclass
class Testimony:
    """Of checkpoints behind event `after`; read before the head of the log is."""

    tenant_id: uuid.UUID
    after: int
    losses: list[Loss] = field(default_factory=list)
    places: dict[int, list[Place]] = field(default_factory=lambda: defaultdict(list))
    # The newest that the database knows.
    inside: int = 0
    found: list[Finding] = field(default_factory=list)
    good: int = 0
    _last_good: int = 0
    _contradicted: list[Place] = field(default_factory=list)

    def hear(self, notes: Iterable[str], *, where: str) -> None:
        for note in notes:
            if (seq := _seq_in(note)) is not None and seq <= self.after:
                continue
            try:
                place = read(note)
            except TornNote:
                continue
            except BadNote as error:
                self.found.append(findings.forged(seq or 0, f"A checkpoint {where}, of event {seq}: {error}"))
                continue
            if place.tenant_id != self.tenant_id:
                said = f"A checkpoint {where} speaks of another log."
                self.found.append(findings.forged(place.seq, said))
                continue
            if not any(loss.covers(place) for loss in self.losses):
                self.places[place.seq].append(place)

    def compare(self, seq: int, value: bytes) -> None:
        """The chain at this event."""
        for place in self.places.get(seq, ()):
            if place.hash != value:
                self._contradicted.append(place)
            elif not self._contradicted:
                self._last_good = seq
                self.good += 1

    def findings(self) -> Iterator[Finding]:
        yield from self.found
        if self._contradicted:
            last = max(self._contradicted, key=lambda place: place.seq)
            yield findings.rewritten(last.seq, self._last_good or self.after, last.made_at)

    def beyond(self, head: int) -> Iterator[Finding]:
        """Checkpoints of events that the log no longer has."""
        newest = max(self.places, default=0)
        if newest <= head:
            return
        if self.inside == newest:
            yield findings.cut_off(head + 1, newest, "a checkpoint in the database")
        else:
            yield findings.rolled_back(head, newest, self.places[newest][0].made_at)


def gathered(tenant_id: uuid.UUID, after: int) -> Testimony:
    testimony = Testimony(tenant_id, after, [*losses(tenant_id)])
    rows = Checkpoint.objects.filter(tenant_id=tenant_id, seq__gt=after).order_by("seq")
    testimony.hear(rows.values_list("note", flat=True).iterator(), where="in the database")
    testimony.inside = max(testimony.places, default=0)
    testimony.hear(witnesses.told(tenant_id), where="outside the database")
    return testimony


def _seq_in(note: str) -> int | None:
    """What an unread note claims to be about."""
    lines = note.split("\n", 2)
    return int(lines[1]) if len(lines) > 1 and lines[1].isdecimal() else None
