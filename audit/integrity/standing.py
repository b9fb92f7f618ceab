"""How a log stands: what the last verifications said, in a word and a sentence."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from audit.models import Verification


class State(StrEnum):
    UNVERIFIED = "unverified"
    INTACT = "intact"
    BROKEN = "broken"


@dataclass(frozen=True)
class Standing:
    """`seq` is the last event that was verified; `findings` are those of the last whole verification on."""

    state: State
    verified_at: datetime | None
    seq: int
    findings: list[dict[str, Any]]
    under_way: Verification | None


def standing_of(tenant_id: uuid.UUID) -> Standing:
    """What a whole verification found stays found until another one finds it no more."""
    rows = Verification.objects.filter(tenant_id=tenant_id)
    under_way = rows.filter(ended_at=None).first()
    ended = rows.exclude(ended_at=None).order_by("-id")
    whole = ended.filter(whole=True).first()
    last = ended.first()
    if last is None:
        return Standing(State.UNVERIFIED, None, 0, [], under_way)
    counted = ended.filter(id__gte=whole.id if whole else 0).exclude(findings="[]").order_by("id")
    found = [finding for verification in counted for finding in verification.found]
    state = State.BROKEN if found else State.INTACT
    return Standing(state, last.ended_at, last.seq, found, under_way)
