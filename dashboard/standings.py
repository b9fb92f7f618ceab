"""How things stand: each target at a glance, and each user and group over all targets."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Subquery, TextChoices

from directory.models import Group, Membership, User
from downstream.connectors import REGISTRY
from downstream.models import Replica, State, Target
from tenants.models import Tenant

# The worst first: what a person looks at first.
BY_URGENCY = (State.PARKED, State.RETRYING, State.WAITING, State.PENDING, State.SYNCED)


class Condition(TextChoices):
    """A target in a word."""

    IN_STEP = "in-step", "In step"
    WORKING = "working", "Working"
    ATTENTION = "attention", "Needs attention"
    TROUBLE = "trouble", "In trouble"
    PAUSED = "paused", "Paused"


@dataclass(frozen=True)
class Standing:
    """A target, how many replicas are in which state (those in step are not counted), and its last delivery."""

    target: Target
    counts: Counter[str]
    delivered_at: datetime | None

    @property
    def backlog(self) -> int:
        return self.counts[State.PENDING] + self.counts[State.RETRYING] + self.counts[State.WAITING]

    @property
    def failures(self) -> int:
        return self.counts[State.PARKED] + self.counts[State.RETRYING]

    @property
    def condition(self) -> Condition:
        if self.target.is_paused:
            return Condition.PAUSED
        if self.target.trouble_class:
            return Condition.TROUBLE
        if self.failures:
            return Condition.ATTENTION
        return Condition.WORKING if self.backlog else Condition.IN_STEP

    @property
    def kind(self) -> str:
        connector = REGISTRY.get(self.target.kind)
        return connector.label if connector else self.target.kind


def standings(tenant: Tenant) -> list[Standing]:
    """Every target of a tenant, by name."""
    counts = _counts(Replica.objects.of_tenant(tenant).exclude(state=State.SYNCED).values_list("target_id", "state"))
    targets = list(Target.objects.filter(tenant=tenant).order_by("name"))
    delivered = _last_deliveries(tenant)
    return [Standing(target, counts[target.id], delivered.get(target.id)) for target in targets]
