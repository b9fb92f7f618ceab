"""What stands in for mapped values when a replica is delivered: its living overrides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from downstream.models import Replica


@dataclass(frozen=True)
class Applied:
    """Values by the target's name for the field, and those that nobody may read, as texts."""

    values: Mapping[str, Any] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()


NOTHING = Applied()


def applied(replica: Replica) -> Applied:
    """Asks the database only for a replica that has some. Raises Undecryptable."""
    if not replica.is_overridden:
        return NOTHING
    living = list(replica.overrides.living())
    hidden = tuple(str(one.value) for one in living if one.is_hidden and one.value not in (None, ""))
    return Applied({one.field: one.value for one in living}, hidden)
