"""Where the chain breaks: what was done there, as far as the events around can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.chain import link
from audit.integrity import findings
from audit.integrity.places import Place, read, window

if TYPE_CHECKING:
    from audit.integrity.walk import Walk

# How far off an event is looked for that belongs where the chain breaks.
LOOKAHEAD = 1000


def genuine(walk: Walk, same: list[Place]) -> Place:
    """Of several with one number the one that follows from what was before."""
    if len(same) > 1 and walk.hash is not None:
        for place in same:
            if link(walk.hash, place.seq - walk.shift, place.digest) == place.hash:
                return place
    return same[0]


def explain(walk: Walk, place: Place) -> bytes:
    """What the chain is behind an event that doesn't follow from the last. The walk gets the finding."""
    following = window(walk.tenant_id, place.seq, place.seq + LOOKAHEAD)
    case = _Break(walk, place, following)
    for explanation in (case.wrong_digest, case.wrong_hash, case.inserted, case.stray, case.removed):
        found = explanation()
        if found is not None:
            return found
    return case.changed()


class _Break:
    """Each explanation returns what the chain is behind the event, or None if it is none."""

    def __init__(self, walk: Walk, place: Place, following: list[Place]) -> None:
        self._walk, self._place, self._following = walk, place, following
        self._seq = place.seq - walk.shift
        self._before = walk.hash or b""
        # None if the content is no event; of what retention took the digest is all there is.
        self._digest: bytes | None = place.digest
        if place.content:
            content = read(place.content)
            self._digest = content[1] if content else None

    def wrong_digest(self) -> bytes | None:
        """The column was changed: the event's content has told of it."""
        if self._digest and link(self._before, self._seq, self._digest) == self._place.hash:
            return self._place.hash
        return None

    def wrong_hash(self) -> bytes | None:
        for digest in {self._place.digest, self._digest or self._place.digest}:
            value = link(self._before, self._seq, digest)
            if self._leads_on(value, self._seq + 1):
                what = "its hash is not as it was"
                self._walk.found.append(findings.changed(self._place.seq, self._place.event, what))
                return value
        return None

    def inserted(self) -> bytes | None:
        """The event behind belongs here, and all after it one place before where they stand."""
        match self._following:
            case [follower, *others] if self._belongs_here(follower):
                if others and link(follower.hash, self._seq + 1, others[0].digest) != others[0].hash:
                    return None
                if not others and link(follower.hash, self._seq + 1, self._place.digest) == self._place.hash:
                    return None
                self._walk.found.append(findings.inserted(self._place.seq, self._place.event))
                self._walk.shift += 1
                return self._before
            case _:
                return None

    def stray(self) -> bytes | None:
        """Another event belongs here."""
        strays, placed = self._walk.strays, self._walk.placed
        for other in [*strays, *self._following]:
            if not self._belongs_here(other):
                continue
            self._walk.found.append(findings.reordered(other.seq, self._place.seq, other.event))
            if other in strays:
                strays.remove(other)
            else:
                placed.add(other.event)
            if self._place.event in placed:
                placed.discard(self._place.event)
            else:
                strays.append(self._place)
            return other.hash
        return None

    def removed(self) -> bytes | None:
        """Events before this one were taken out, and the rest was numbered anew."""
        for number in range(1, LOOKAHEAD):
            if self._following and self._leads_on(self._place.hash, self._seq + number + 1):
                through = self._place.seq + number - 1
                self._walk.found.append(findings.removed(self._place.seq, through, self._place.event))
                self._walk.shift -= number
                return self._place.hash
        return None

    def changed(self) -> bytes:
        if self._digest == self._place.digest:
            self._walk.found.append(findings.changed_thoroughly(self._place.seq, self._place.event))
        return self._place.hash

    def _belongs_here(self, other: Place) -> bool:
        return link(self._before, self._seq, other.digest) == other.hash

    def _leads_on(self, value: bytes, seq: int) -> bool:
        """Whether the next event, taken for number `seq`, follows from this hash."""
        if not self._following:
            return value == self._walk.end
        follower = self._following[0]
        return link(value, seq, follower.digest) == follower.hash
