"""Many values, part by part."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def parts(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """At most `size` of them at a time, in their order."""
    return (values[start : start + size] for start in range(0, len(values), size))
