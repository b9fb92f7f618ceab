"""How things stand: each target at a glance, and each user and group over all targets."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, QuerySet, Subquery, TextChoices

from directory.models import Group, Membership, User
from downstream.connectors import REGISTRY
from downstream.models import BACKLOG, FAILED, Replica, State, Target
from lib.counts import CountOf
from tenants.models import Tenant

# The worst first: what a person looks at first.
BY_URGENCY = (
    State.HELD,
    State.PARKED,
    State.RETRYING,
    State.WAITING,
    State.PENDING,
    State.REHEARSED,
    State.SYNCED,
)
UNSETTLED = tuple(state for state in State if state != State.SYNCED)
# Counting a state of a target ends here: every open overview asks again every few seconds.
MOST = 10_000


class Condition(TextChoices):
    """A target in a word."""

    IN_STEP = "in-step", "In step"
    WORKING = "working", "Working"
    ATTENTION = "attention", "Needs attention"
    TROUBLE = "trouble", "In trouble"
    HOLDING = "holding", "Holds removals"
    REHEARSING = "rehearsing", "Dry run"
    PAUSED = "paused", "Paused"
    GOING = "going", "Being deleted"


@dataclass(frozen=True)
class Standing:
    """A target, its replicas counted by state as far as `MOST`, without those in step; its last delivery."""

    target: Target
    counts: Counter[str]
    delivered_at: datetime | None

    @property
    def backlog(self) -> int:
        return sum(self.counts[state] for state in BACKLOG)

    @property
    def failures(self) -> int:
        return sum(self.counts[state] for state in FAILED)

    @property
    def held(self) -> int:
        return self.counts[State.HELD]

    @property
    def rehearsed(self) -> int:
        return self.counts[State.REHEARSED]

    @property
    def parked(self) -> int:
        """What waits for a person, and is no part of the backlog."""
        return self.counts[State.PARKED]

    @property
    def condition(self) -> Condition:
        if self.target.is_going:
            return Condition.GOING
        if self.target.is_paused:
            return Condition.PAUSED
        if self.target.trouble_class:
            return Condition.TROUBLE
        if self.held:
            return Condition.HOLDING
        if self.target.is_rehearsing:
            return Condition.REHEARSING
        if self.failures:
            return Condition.ATTENTION
        return Condition.WORKING if self.backlog else Condition.IN_STEP

    @property
    def kind(self) -> str:
        connector = REGISTRY.get(self.target.kind)
        return connector.label if connector else self.target.kind


@dataclass(frozen=True)
class Row:
    """A user with the number of their groups, or a group with that of its members, and how it stands."""

    resource: User | Group
    memberships: int
    counts: Counter[str]

    @property
    def states(self) -> list[tuple[State, int]]:
        """How many targets are in which state, the worst first."""
        return [(state, self.counts[state]) for state in BY_URGENCY if self.counts[state]]


def standings(tenant: Tenant) -> list[Standing]:
    """Every target of a tenant, by name."""
    return _standings(Target.objects.filter(tenant=tenant).order_by("name"))


def standing(target: Target) -> Standing:
    return _standings(Target.objects.filter(id=target.id))[0]


def _standings(targets: QuerySet[Target]) -> list[Standing]:
    counts = _unsettled(targets)
    newest = Replica.objects.filter(target=OuterRef("id"), applied_at__isnull=False).order_by("-applied_at")
    delivered = targets.annotate(delivered_at=Subquery(newest.values("applied_at")[:1]))
    return [Standing(target, counts[target.id], target.delivered_at) for target in delivered]


def _unsettled(targets: QuerySet[Target]) -> defaultdict[uuid.UUID, Counter[str]]:
    """How many replicas of each target are in which state, by one query."""
    rows = targets.order_by().values_list("id", *map(_number_in, UNSETTLED))
    counts: defaultdict[uuid.UUID, Counter[str]] = defaultdict(Counter)
    for target_id, *numbers in rows:
        counts[target_id].update(dict(zip(UNSETTLED, numbers, strict=True)))
    return counts


def _number_in(state: State) -> CountOf:
    # Without those in step, as the index for this page says; up to one more than are shown.
    unsettled = Replica.objects.filter(target=OuterRef("id")).exclude(state=State.SYNCED)
    return CountOf(unsettled.filter(state=state).values("id")[: MOST + 1])


def user_rows(users: Sequence[User]) -> list[Row]:
    memberships = Membership.objects.filter(user__in=users, group__deleted_at=None)
    numbers = dict(memberships.values_list("user_id").annotate(number=Count("id")))
    counts = _tally(_by_state("user").filter(user__in=users))
    return [Row(user, numbers.get(user.id, 0), counts[user.id]) for user in users]


def group_rows(groups: Sequence[Group]) -> list[Row]:
    memberships = Membership.objects.resolved().filter(group__in=groups)
    numbers = dict(memberships.values_list("group_id").annotate(number=Count("id")))
    counts = _tally(_by_state("group").filter(group__in=groups))
    return [Row(group, numbers.get(group.id, 0), counts[group.id]) for group in groups]


def _by_state(owner: str) -> QuerySet[Replica, tuple[uuid.UUID, str, int]]:
    return Replica.objects.values_list(f"{owner}_id", "state").annotate(number=Count("id"))


def _tally(rows: Iterable[tuple[uuid.UUID | None, str, int]]) -> defaultdict[uuid.UUID | None, Counter[str]]:
    counts: defaultdict[uuid.UUID | None, Counter[str]] = defaultdict(Counter)
    for owner, state, number in rows:
        counts[owner][state] = number
    return counts
