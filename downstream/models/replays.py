"""Replays: jobs that make what was selected due again, part by part."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from audit.actor import Actor, actor_of
from tenants.models import Tenant

MOST_PER_SECOND = 10_000


class ReplayQuerySet(models.QuerySet["Replay"]):
    def of_tenant(self, tenant: Tenant) -> ReplayQuerySet:
        return self.filter(tenant=tenant)

    def living(self) -> ReplayQuerySet:
        return self.filter(state__in=LIVING)

    def awaiting(self) -> ReplayQuerySet:
        """What a second person has to approve, the oldest first."""
        return self.filter(state=Replay.State.AWAITING).order_by("created_at")

    def unattended(self) -> ReplayQuerySet:
        """With something left to do, and in no worker's hands. By the database's clock."""
        open_end = Q(state=Replay.State.RUNNING) | Q(state=Replay.State.STOPPED, has_open_end=True)
        return self.filter(open_end, Q(lease=None) | Q(lease_until__lte=Now()))

    def newest_first(self) -> ReplayQuerySet:
        return self.order_by("-created_at", "-id")


class Replay(models.Model):
    """A replay of many. Its replicas are those that it made due and whose end it has not counted yet.

    Each of `total` is exactly one of: to come, under way, delivered, failed again, overtaken.
    """

    class State(models.TextChoices):
        AWAITING = "awaiting", "Awaiting approval"
        RUNNING = "running", "Running"
        STOPPED = "stopped", "Stopped"
        FINISHED = "finished", "Finished"
        DECLINED = "declined", "Declined"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="replays")
    state = models.CharField(max_length=16, choices=State.choices, default=State.RUNNING)

    # What: as data, in words as they were then, and a digest by which two presses are known as the same.
    selection = models.JSONField()
    words = models.TextField()
    key = models.CharField(max_length=64)
    # What failed or came later is none of it.
    frozen_at = models.DateTimeField(db_default=Now())
    newest_id = models.BigIntegerField()
    reason = models.TextField(default="", blank=True)
    # So many a second at most; null: as fast as the targets take them.
    rate = models.PositiveIntegerField(null=True)

    # Copied in, as in events: who asked for it, who allowed it, who stopped or declined it.
    actor = models.JSONField()
    approved_by = models.JSONField(null=True)
    closed_by = models.JSONField(null=True)

    # How far: the last replica that was looked at in each target, and those that a stop gave back.
    places = models.JSONField(default=dict)
    returned = models.JSONField(default=list)
    paced_at = models.DateTimeField(null=True)

    total = models.PositiveIntegerField()
    remaining = models.PositiveIntegerField()
    delivered = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    has_open_end = models.BooleanField(default=False)

    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)

    created_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True)

    objects = ReplayQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "key"],
                condition=Q(state__in=("awaiting", "running")),
                name="replay_of_a_selection_once",
            ),
        )
        indexes = (
            # The list of replays.
            models.Index(fields=["tenant", "-created_at"], name="replay_newest"),
            # The sweep.
            models.Index(
                fields=["state"], condition=Q(state="running") | Q(has_open_end=True), name="replay_open"
            ),
        )

    def __str__(self) -> str:
        return self.words

    @property
    def transaction_id(self) -> str:
        """By it events and attempts are known as this job's."""
        return self.id.hex

    @property
    def by(self) -> Actor:
        return actor_of(self.actor, self.transaction_id)

    @property
    def is_awaiting(self) -> bool:
        return self.state == self.State.AWAITING

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def is_stopped(self) -> bool:
        return self.state == self.State.STOPPED

    @property
    def moves(self) -> bool:
        """It may look otherwise in a moment."""
        return self.is_running or self.is_awaiting or self.has_open_end

    def was_started_by(self, somebody: Actor) -> bool:
        return (self.actor["type"], self.actor["id"]) == (somebody.type.value, somebody.id)


LIVING = (Replay.State.AWAITING, Replay.State.RUNNING)
