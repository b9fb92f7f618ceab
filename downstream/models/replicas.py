"""Replicas: one for each resource in each target, with what is owed and what is there."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connections, models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from directory.models import Group, User
from downstream.errors import ErrorClass
from downstream.models.attempts import Attempt
from downstream.models.failure_groups import FailureGroup
from downstream.models.replays import Replay
from downstream.models.targets import WORKED, Target
from downstream.models.words import BACKLOG, FAILED, Rank, State, Trigger
from tenants.models import Tenant

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

    def failing_so(self, group: FailureGroup) -> ReplicaQuerySet:
        """Failed now, with this cause."""
        return self.filter(failure_group=group).failed()

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
        rows = Replica.objects.filter(pk__in=self.order_by().values("pk")).order_by(*order)
        if connections[self.db].features.has_select_for_update:
            list(rows.select_for_update(no_key=True).values_list("pk"))
        return self

    def stir(self, **changes: Any) -> int:
        """Make due now. Whoever is delivering these at the moment leaves them due."""
        return self.update(due_at=Now(), nudge=uuid.uuid4(), **changes)


class Replica(models.Model):
    """One resource in one target: the version it should have there and the version it has.

    It holds no old values: a delivery always brings the resource as it is now.
    """

    id = models.BigAutoField(primary_key=True)
    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="replicas")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="replicas")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, null=True, related_name="replicas")

    desired = models.PositiveBigIntegerField()
    applied = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=16, choices=State.choices, default=State.PENDING)

    # What the target has: its id over there, a digest of the document, the name, the switch
    # and how many members as applied.
    remote_id = models.CharField(max_length=512, default="")
    fingerprint = models.CharField(max_length=64, default="")
    applied_name = models.CharField(max_length=1024, default="")
    applied_members = models.PositiveIntegerField(default=0)
    applied_active = models.BooleanField(null=True)
    applied_at = models.DateTimeField(null=True)

    # Name and document of a call that may have made an account whose id nobody knows; empty when none has.
    tried_name = models.CharField(max_length=1024, default="")
    tried = models.JSONField(null=True)

    # Journals: the id of the last event that was delivered.
    delivered = models.PositiveBigIntegerField(default=0)
    # Whether there are living overrides to look for.
    is_overridden = models.BooleanField(default=False)

    # Null: nothing is owed. The nudge changes whenever somebody makes it due: a delivery under way notices.
    due_at = models.DateTimeField(null=True)
    nudge = models.UUIDField(default=uuid.uuid4)
    rank = models.PositiveSmallIntegerField(choices=Rank.choices, default=Rank.USUAL)
    trigger = models.CharField(max_length=16, choices=Trigger.choices, default=Trigger.CHANGE)
    transaction_id = models.CharField(max_length=64, default="")
    # The job that made it due and has not counted yet how that ended.
    replay = models.ForeignKey(
        Replay, on_delete=models.SET_NULL, null=True, related_name="replicas", db_index=False
    )

    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    # A dead worker's write may still land until then: what is written before is written once more.
    doubtful_until = models.DateTimeField(null=True)

    failures = models.PositiveIntegerField(default=0)
    crashes = models.PositiveIntegerField(default=0)
    error_class = models.CharField(max_length=16, choices=ErrorClass.choices, default="", blank=True)
    error = models.TextField(default="", blank=True)
    # What the target calls the field that it refused, where that is known.
    error_attribute = models.CharField(max_length=255, default="", blank=True)
    failed_at = models.DateTimeField(null=True)
    # That of its last failure; it counts there as long as it is failed.
    failure_group = models.ForeignKey(
        FailureGroup, on_delete=models.SET_NULL, null=True, related_name="replicas", db_index=False
    )

    # When its account was last to be disabled or removed: the guard counts these. Null once it is back.
    taken_away_at = models.DateTimeField(null=True)
    # The guard has stopped it: a new version that takes away, too, does not pass either.
    held_since = models.DateTimeField(null=True)

    objects = ReplicaQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["target", "user"], name="replica_of_user_once"),
            models.UniqueConstraint(fields=["target", "group"], name="replica_of_group_once"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, group=None) | Q(user=None, group__isnull=False),
                name="replica_of_one",
            ),
            # No two users may be the same account over there, and no two groups the same group.
            models.UniqueConstraint(
                fields=["target", "remote_id"],
                condition=~Q(remote_id="") & Q(user__isnull=False),
                name="remote_account_once",
            ),
            models.UniqueConstraint(
                fields=["target", "remote_id"],
                condition=~Q(remote_id="") & Q(group__isnull=False),
                name="remote_group_once",
            ),
        )
        indexes = (
            # The claim, rank by rank, and the sweep.
            models.Index(
                fields=["target", "rank", "due_at", "id"],
                condition=Q(due_at__isnull=False),
                name="replica_due_by_rank",
            ),
            # How many calls are under way?
            models.Index(
                fields=["target", "lease_until"],
                condition=Q(lease_until__isnull=False),
                name="replica_in_hand",
            ),
            # Overview and failures page.
            models.Index(fields=["target", "state"], condition=~Q(state="synced"), name="replica_not_synced"),
            # Failures page, newest first; a replay, part by part.
            models.Index(fields=["target", "id"], condition=Q(state__in=FAILED), name="replica_failed"),
            # What a replay has under way.
            models.Index(fields=["replay"], condition=Q(replay__isnull=False), name="replica_of_replay"),
            # How many have this cause, and which?
            models.Index(
                fields=["failure_group", "id"],
                condition=Q(failure_group__isnull=False),
                name="replica_failure_group",
            ),
            # Overview: when was something last delivered?
            models.Index(
                fields=["target", "-applied_at"],
                condition=Q(applied_at__isnull=False),
                name="replica_delivered",
            ),
            # The guard: how many accounts of the target lately?
            models.Index(
                fields=["target", "taken_away_at"],
                condition=Q(taken_away_at__isnull=False),
                name="replica_taken_away",
            ),
            # Who has this name over there at the moment?
            models.Index(
                fields=["target", "applied_name"], condition=~Q(applied_name=""), name="replica_name"
            ),
            # Who may have it?
            models.Index(fields=["target", "tried_name"], condition=~Q(tried_name=""), name="replica_tried"),
        )

    def __str__(self) -> str:
        return f"{self.resource} in {self.target}"

    @property
    def resource(self) -> User | Group:
        resource = self.user or self.group
        if resource is None:
            raise AssertionError("The constraint replica_of_one forbids this.")
        return resource

    @property
    def name_key(self) -> str:
        """What a new account is matched by over there, unless the target is told otherwise."""
        return self.user.user_name_key if self.user else self.group.display_name_key if self.group else ""

    @property
    def trace(self) -> str:
        """For the process's own log: which one, without its contents."""
        return f"replica {self.pk} of target {self.target_id}"

    @property
    def is_group(self) -> bool:
        return self.group_id is not None

    @property
    def is_settling(self) -> bool:
        """About to be delivered: nothing but a worker stands between it and its next state."""
        return self.state == State.PENDING and self.target.takes_calls

    @property
    def tried_at(self) -> datetime | None:
        """When it was last delivered, or last failed to be."""
        return max((moment for moment in (self.failed_at, self.applied_at) if moment), default=None)

    @property
    def retry_at(self) -> datetime | None:
        """When the next attempt is due, if that lies ahead."""
        return self.due_at if self.due_at and self.due_at > timezone.now() else None
