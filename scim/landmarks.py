"""Places in the list by creation that were seen before: a page deep in it begins at one, not at the front.

A hint within a process, never a promise: whoever uses it checks in the same statement that it still holds.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

# What a process remembers is bounded: some 5 MB.
MOST_LISTS = 50
MOST_PLACES = 500

# (created_at, id) as texts of the database.
Spot = tuple[str, str]


@dataclass(frozen=True)
class Landmarks:
    """Of a list with `total` resources when `died` had gone; `last` is where its last one stood.

    `ranks` says how many stand up to and with each of `spots`.
    """

    died: int
    total: int
    last: Spot
    ranks: tuple[int, ...] = ()
    spots: tuple[Spot, ...] = ()

    def before(self, start: int) -> tuple[int, Spot] | None:
        """The nearest known spot with at most `start` resources up to it."""
        index = bisect_right(self.ranks, start)
        return (self.ranks[index - 1], self.spots[index - 1]) if index else None

    def hold(self, died: int, total: int, behind: int) -> bool:
        """Whether all spots are where they were, if `behind` stand behind `last` now.

        If nobody went, whoever stood up to `last` still does; if they are as many, nobody came among them.
        """
        return self.died == died and self.total == total - behind

    def with_spot(self, rank: int, spot: Spot) -> Landmarks:
        index = bisect_right(self.ranks, rank)
        if index and self.ranks[index - 1] == rank:
            return self
        ranks = (*self.ranks[:index], rank, *self.ranks[index:])
        spots = (*self.spots[:index], spot, *self.spots[index:])
        if len(ranks) > MOST_PLACES:
            # Every second one, and the newest, where the next page is likely to begin.
            keep = sorted({*range(0, len(ranks), 2), index})
            ranks, spots = tuple(ranks[at] for at in keep), tuple(spots[at] for at in keep)
        return replace(self, ranks=ranks, spots=spots)


_known: OrderedDict[Any, Landmarks] = OrderedDict()
_lock = Lock()


def landmarks(key: Any) -> Landmarks | None:
    with _lock:
        if key in _known:
            _known.move_to_end(key)
        return _known.get(key)


def remember(key: Any, found: Landmarks) -> None:
    with _lock:
        _known[key] = found
        _known.move_to_end(key)
        while len(_known) > MOST_LISTS:
            _known.popitem(last=False)


def forget() -> None:
    with _lock:
        _known.clear()
