"""How a log stands: what the last verifications said, in a word and a sentence."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Count, Q, Subquery
from django.db.models.functions import Coalesce

from audit.models import Verification

NOTHING = "[]"


class State(models.TextChoices):
    UNVERIFIED = "unverified", "Not verified yet"
    INTACT = "intact", "Intact"
    BROKEN = "broken", "Not intact"


@dataclass(frozen=True)
class Standing:
    """`seq` is the last event that was verified; `findings` are those of the last whole verification on."""

    state: State
    verified_at: datetime | None
    seq: int
    findings: list[dict[str, Any]]
    under_way: Verification | None


def standing_of(tenant_id: uuid.UUID) -> Standing:
    rows = Verification.objects.filter(tenant_id=tenant_id)
    last = rows.exclude(ended_at=None).order_by("-id").first()
    bad = _counted(tenant_id).exclude(findings=NOTHING).order_by("id")
    return Standing(
        state=state_of(tenant_id),
        verified_at=last.ended_at if last else None,
        seq=last.seq if last else 0,
        findings=[finding for verification in bad for finding in verification.found],
        under_way=rows.filter(ended_at=None).first(),
    )


def state_of(tenant_id: uuid.UUID) -> State:
    """In one query: it is on every page of the log."""
    is_bad = ~Q(findings=NOTHING)
    counts = _counted(tenant_id).aggregate(all=Count("id"), bad=Count("id", filter=is_bad))
    if counts["bad"]:
        return State.BROKEN
    return State.INTACT if counts["all"] else State.UNVERIFIED


def _counted(tenant_id: uuid.UUID) -> models.QuerySet[Verification]:
    """What a whole verification found stays found until another one finds it no more."""
    ended = Verification.objects.filter(tenant_id=tenant_id).exclude(ended_at=None)
    last_whole = ended.filter(whole=True).order_by("-id").values("id")[:1]
    return ended.filter(id__gte=Coalesce(Subquery(last_whole), 0))
