"""The queries about replicas, by name."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import connections, models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now
from django.utils import timezone

from directory.models import User
from downstream.models.attempts import Attempt
from downstream.models.targets import WORKED
from downstream.models.words import BACKLOG, FAILED, Rank, State
from tenants.models import Tenant

if TYPE_CHECKING:
    from downstream.models.replicas import Replica

# The time line of a replica on its page.
ATTEMPTS_SHOWN = 20


class ReplicaQuerySet(models.QuerySet["Replica"]):
    def of_tenant(self, tenant: Tenant) -> ReplicaQuerySet:
        return self.filter(target__tenant=tenant)

    def due(self, ranks: Sequence[int] = Rank.values) -> ReplicaQuerySet:
        # The ranks are named so that the index leads to what is due, past all that lies in the future.
        return self.filter(rank__in=ranks, due_at__lte=Now())

    def claimable(self, ranks: Sequence[int] = Rank.values) -> ReplicaQuerySet:
        """Due, not in anybody's hands, and the target takes calls. By the database's clock."""
        free = Q(lease=None) | Q(lease_until__lte=Now())
        open_target = Q(target__resume_at=None) | Q(target__resume_at__lte=Now())
        return self.due(ranks).filter(free, open_target, target__mode__in=WORKED)

    def in_hand(self) -> ReplicaQuerySet:
        return self.filter(lease_until__gt=Now())

    def failed(self) -> ReplicaQuerySet:
        """What is parked, and what is being retried."""
        return self.filter(state__in=FAILED)

    def of_kind_of(self, replica: Replica) -> ReplicaQuerySet:
        """Users or groups, as this is, in its target: there each has an id and a name of its own."""
        return self.filter(target=replica.target_id, group__isnull=not replica.is_group)

    def held(self) -> ReplicaQuerySet:
        """What the deletion guard has stopped."""
        return self.filter(state=State.HELD)

    def parked(self) -> ReplicaQuerySet:
        return self.filter(state=State.PARKED)

    def around_group(self, group_id: uuid.UUID) -> ReplicaQuerySet:
        """The group's own and those of its members."""
        members = User.objects.filter(memberships__group=group_id)
        return self.filter(Q(group=group_id) | Q(user__in=members))

    def backlog(self) -> ReplicaQuerySet:
        return self.filter(state__in=BACKLOG)

    def backlog_age(self) -> float | None:
        """Seconds since the oldest replica that is due became so; None if nothing is due."""
        oldest = self.due().aggregate(oldest=models.Min("due_at"))["oldest"]
        return max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else None

    def with_attempts(self) -> ReplicaQuerySet:
        """With target and resource, and the newest attempts of each as `recent_attempts`, for a page."""
        rows = self.select_related("target", "user", "group").order_by("target__name", "id")
        newest = Attempt.objects.newest_first()[:ATTEMPTS_SHOWN]
        return rows.prefetch_related(models.Prefetch("attempts", newest, to_attr="recent_attempts"))

    def target_ids(self) -> list[uuid.UUID]:
        """Whose they are, each target once."""
        return list(self.order_by().values_list("target_id", flat=True).distinct())

    def locked(self) -> ReplicaQuerySet:
        """Lock these in the one order that everybody keeps, users before groups as the directory does."""
        order = (F("group_id").asc(nulls_first=True), "user_id", "target_id")
        rows = self.model.objects.filter(pk__in=self.order_by().values("pk")).order_by(*order)
        if connections[self.db].features.has_select_for_update:
            list(rows.select_for_update(no_key=True).values_list("pk"))
        return self

    def stir(self, *, rank: Rank | None = None, **changes: Any) -> int:
        """Make due now. Whoever is delivering these at the moment leaves them due.

        `rank` is theirs from now on, but what takes access away stays first; without it they keep their own.
        """
        if rank is not None:
            changes["rank"] = Case(When(rank=Rank.URGENT, then=F("rank")), default=Value(rank.value))
        return self.update(due_at=Now(), nudge=uuid.uuid4(), **changes)
