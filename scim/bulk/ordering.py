"""In which order the operations run: what is referred to comes first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def running_order(needs: Sequence[Sequence[int]]) -> list[int]:
    """The places 0, 1, 2 ... so that each comes after those it needs, else as they are.

    In a circle one has to come first: the one that is reached last from the first one sent.
    Works without recursion: a chain may be as long as the request.
    """
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


def _enter(
    place: int,
    needs: Sequence[Sequence[int]],
    seen: set[int],
    open_ones: list[tuple[int, Iterator[int]]],
) -> None:
    if place not in seen:
        seen.add(place)
        open_ones.append((place, iter(needs[place])))
