"""For how many days a tenant keeps each kind of event."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction

from audit.actor import Actor
from audit.catalogue import EventType
from audit.hours import hour_of
from audit.kinds import LONGEST_DAYS, Kind
from audit.log_event import Change, Entry, Subject, SubjectType
from audit.models import RetentionRule
from audit.services import record

Days = Mapping[Kind, int]


class BadRetention(Exception):
    """So many days are no time to keep events for; the sentence says why."""


def days_of(tenant_id: uuid.UUID) -> dict[Kind, int]:
    """Of every kind; LOG_RETENTION_DAYS where the tenant wants nothing else."""
    rules = RetentionRule.objects.filter(tenant_id=tenant_id).values_list("kind", "days")
    own = {Kind(kind): days for kind, days in rules if kind in Kind.values}
    return dict.fromkeys(Kind, settings.LOG_RETENTION_DAYS) | own


def cutoff(days: int, now: datetime | None = None) -> datetime:
    """What was published before goes: a whole hour, so that each hour's tallies go with it or stay."""
    return hour_of(now or datetime.now(UTC)) - timedelta(days=days)


@transaction.atomic
def keep_for(tenant_id: uuid.UUID, days: Days, *, by: Actor) -> bool:
    """Change the days of these kinds. False if they were so already. Raises BadRetention."""
    for kind, number in days.items():
        if not 1 <= number <= LONGEST_DAYS:
            raise BadRetention(f"{kind.label}: keep them for 1 to {LONGEST_DAYS} days, not {number}.")
    before = days_of(tenant_id)
    changed = {kind: number for kind, number in days.items() if before[kind] != number}
    for kind, number in changed.items():
        RetentionRule.objects.update_or_create(tenant_id=tenant_id, kind=kind, defaults={"days": number})
    if changed:
        change = Change({kind.value: before[kind] for kind in changed}, _values(changed))
        record(tenant_id, Entry(EventType.RETENTION_CHANGED, by, (segment(tenant_id, change),)))
    return bool(changed)


def segment(tenant_id: uuid.UUID, change: Change | None = None) -> Subject:
    """The log itself, as the log calls it."""
    return Subject(SubjectType.SEGMENT, str(tenant_id), "System Log", change=change)


def _values(days: Days) -> dict[str, int]:
    return {kind.value: number for kind, number in days.items()}
