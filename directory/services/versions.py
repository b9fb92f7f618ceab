"""Changes on condition: only if the resource is still the version that the caller has seen."""

from __future__ import annotations

from collections.abc import Callable

from directory.documents import version_tag
from directory.errors import Stale
from directory.models import Group, User

# Whether a version is one that the caller wants changed.
Expected = Callable[[int], bool]


def expect(resource: User | Group, expected: Expected | None) -> None:
    """Call it under the lock of the change: before, another change may come between. Raises Stale."""
    if expected is None or expected(resource.version):
        return
    tag = version_tag(resource)
    raise Stale(f"The version is {tag} now, and nothing was changed. Read the resource again.", tag=tag)
