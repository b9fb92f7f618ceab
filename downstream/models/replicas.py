"""Replicas: one for each resource in each target, with what is owed and what is there."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from directory.models import Group, User
from downstream.errors import ErrorClass
from downstream.models.failure_groups import FailureGroup
from downstream.models.replays import Replay
from downstream.models.replica_queries import ReplicaQuerySet
from downstream.models.targets import Target
from downstream.models.words import FAILED, Rank, State, Trigger


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
