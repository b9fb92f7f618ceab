"""Whose turn it is: threads are given so that nobody waits for the backlog of another tenant or target."""

from __future__ import annotations

import heapq
import uuid
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Asking:
    """A target that wants a thread."""

    target: uuid.UUID
    tenant: uuid.UUID


class Turns:
    """Gives so many threads away, a turn at a time; knows neither threads nor deliveries.

    First comes the tenant that has the fewest threads in hand, within it the target that has the fewest,
    then who has waited longest. Nobody takes more than half of what the others leave, so that there is a
    thread for the next one however long the turns of a slow target last.
    """

    def __init__(self, threads: int) -> None:
        self._free = threads
        # In the order in which they asked.
        self._line: dict[Asking, None] = {}
        self._later: list[tuple[float, Asking]] = []
        self._of_tenant: Counter[uuid.UUID] = Counter()
        self._of_target: Counter[uuid.UUID] = Counter()

    def ask(self, asking: Asking) -> None:
        """Stand in line; who stands there already keeps the place."""
        self._line.setdefault(asking)

    def ask_at(self, moment: float, asking: Asking) -> None:
        heapq.heappush(self._later, (moment, asking))

    def next(self, now: float) -> Asking | None:
        """Who gets a thread; None if nobody may have one. `now` and moments are of one clock, in seconds."""
        while self._later and self._later[0][0] <= now:
            self.ask(heapq.heappop(self._later)[1])
        chosen = self._first()
        if chosen:
            del self._line[chosen]
            self._count(chosen, 1)
        return chosen

    def end(self, asking: Asking) -> None:
        """The thread is free again."""
        self._count(asking, -1)

    @property
    def are_wanted(self) -> bool:
        """Somebody stands in line, or will."""
        return bool(self._line or self._later)

    @property
    def next_moment(self) -> float | None:
        """When the first of those that asked for later will stand in line."""
        return self._later[0][0] if self._later else None

    def _first(self) -> Asking | None:
        first, least = None, (0, 0)
        for asking in self._line:
            held = (self._of_tenant[asking.tenant], self._of_target[asking.target])
            if (first is None or held < least) and self._may_have_one(asking):
                first, least = asking, held
            if first and least == (0, 0):
                break
        return first

    def _may_have_one(self, asking: Asking) -> bool:
        """A tenant shares with the other tenants, a target with the other targets of its tenant."""
        of_tenant, of_target = self._of_tenant[asking.tenant], self._of_target[asking.target]
        share = (self._free + of_tenant) // 2 - of_tenant
        return _leaves_half(of_tenant, self._free) and _leaves_half(of_target, max(1, share))

    def _count(self, asking: Asking, change: int) -> None:
        self._free -= change
        for counter, key in ((self._of_tenant, asking.tenant), (self._of_target, asking.target)):
            counter[key] += change
            if not counter[key]:
                del counter[key]


def _leaves_half(held: int, free: int) -> bool:
    """With one more it has at most half of both together; the first one is everybody's right."""
    return free > 0 and (held == 0 or 2 * (held + 1) <= held + free)
