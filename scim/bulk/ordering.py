"""In which order the operations run: what is referred to comes first, and circles stay together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Needs = Sequence[Sequence[int]]


def running_order(needs: Needs) -> list[list[int]]:
    """The places 0, 1, 2 ... in circles that come after those they need, else as they are.

    A circle is all that need one another, nearly always one place alone (Kosaraju's algorithm: what is
    entered backwards from the one that was left last needs it and is needed by it). Works without
    recursion: a chain may be as long as the request.
    """
    left = _order_of_leaving(needs)
    rank = {place: at for at, place in enumerate(left)}
    needed_by = _reversed(needs)
    seen: set[int] = set()
    circles = [_reached(place, needed_by, seen) for place in reversed(left)]
    return [sorted(circle, key=rank.__getitem__) for circle in reversed(circles) if circle]


def _order_of_leaving(needs: Needs) -> list[int]:
    """Each place after those it needs, as far as they don't need it."""
    order: list[int] = []
    seen: set[int] = set()
    for first in range(len(needs)):
        open_ones: list[tuple[int, Iterator[int]]] = []
        _enter(first, needs, seen, open_ones)
        while open_ones:
            place, rest = open_ones[-1]
            following = next((other for other in rest if other not in seen), None)
            if following is None:
                order.append(place)
                open_ones.pop()
            else:
                _enter(following, needs, seen, open_ones)
    return order


def _enter(place: int, needs: Needs, seen: set[int], open_ones: list[tuple[int, Iterator[int]]]) -> None:
    if place not in seen:
        seen.add(place)
        open_ones.append((place, iter(needs[place])))


def _reversed(needs: Needs) -> list[list[int]]:
    needed_by: list[list[int]] = [[] for _ in needs]
    for place, others in enumerate(needs):
        for other in others:
            needed_by[other].append(place)
    return needed_by


def _reached(place: int, needed_by: Needs, seen: set[int]) -> list[int]:
    found: list[int] = []
    waiting = [place]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            found.append(one)
            waiting.extend(needed_by[one])
    return found
