"""Targets: the downstream systems of a tenant, and how each stands."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.functional import cached_property

from downstream.errors import ErrorClass
from lib.secrets import decrypt, encrypt
from tenants.models import Tenant

NAME = RegexValidator(
    r"^[\w][\w .:-]{0,62}$", "Use letters, digits, blanks, dots, colons and hyphens, at most 63."
)

# A longer call would keep a worker from everybody else, and more calls at once the target from its own users.
MOST_SECONDS, MOST_AT_ONCE = 120, 64
# Calls a second.
SLOWEST, FASTEST = 0.01, 1000
# A week: a backlog older than that is no objective.
LONGEST_OBJECTIVE = 7 * 24 * 3600


def check_rate(rate: float) -> None:
    # In this order not a number (NaN) is refused, too.
    if not SLOWEST <= rate <= FASTEST:
        raise ValidationError(f"A rate is a number from {SLOWEST:g} to {FASTEST:,} calls a second.")


class TargetQuerySet(models.QuerySet["Target"]):
    def with_chores(self) -> TargetQuerySet:
        """Those that a change of settings or a deletion has left work for workers."""
        asked = Q(recompare_after__isnull=False) | Q(has_rehearsed=True) | Q(mode=Target.Mode.DELETING)
        return self.filter(asked)


class Target(models.Model):
    """A downstream system of a tenant that is kept in step with the directory."""

    class Mode(models.TextChoices):
        LIVE = "live", "Live"
        DRY_RUN = "dry-run", "Dry run"
        PAUSED = "paused", "Paused"
        DELETING = "deleting", "Being deleted"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="targets")
    name = models.CharField(max_length=63, validators=[NAME])
    kind = models.CharField(max_length=32)
    config = models.JSONField(default=dict)
    # The secret part of the configuration, encrypted; opened only for a connector.
    sealed_secrets = models.TextField(editable=False)
    mode = models.CharField(max_length=16, choices=Mode.choices, default=Mode.LIVE)
    # Seconds that any one call may take; a lease outlives it.
    time_limit = models.PositiveIntegerField(
        default=10, validators=[MinValueValidator(1), MaxValueValidator(MOST_SECONDS)]
    )
    concurrency = models.PositiveIntegerField(
        default=4, validators=[MinValueValidator(1), MaxValueValidator(MOST_AT_ONCE)]
    )
    # Seconds: when the oldest change that is due has waited longer, there is an alert.
    backlog_objective = models.PositiveIntegerField(
        default=300, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_OBJECTIVE)]
    )
    # Calls a second over all workers, null: as many as it takes; and from when on there is another one.
    rate = models.FloatField(null=True, blank=True, validators=[check_rate])
    next_call_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    # Rises with every change of the settings: two people who change them at once notice each other.
    revision = models.PositiveIntegerField(default=1)
    # Rises when what is written, or where, may be another: what is there is written anew then.
    config_version = models.PositiveIntegerField(default=0)
    # The id of the last replica that such a change has made due so far; null when all of them are.
    recompare_after = models.BigIntegerField(null=True, blank=True)

    # It went live, and what was only rehearsed before is still to be made due.
    has_rehearsed = models.BooleanField(default=False)

    # Users and groups are created and updated here once they are in step there.
    after = models.ManyToManyField("self", symmetrical=False, related_name="followers", blank=True)

    # Seconds that a SCIM request which changes something waits for the result here: its client sees it.
    wait_seconds = models.PositiveIntegerField(default=0, validators=[MaxValueValidator(25)])

    # The guard: if more accounts than these, and more than this part of all, are to be disabled or removed
    # within an hour, the others are held for a person. Both 0: there is none.
    guard_floor = models.PositiveIntegerField(default=20, validators=[MaxValueValidator(1_000_000)])
    guard_percent = models.PositiveIntegerField(default=5, validators=[MaxValueValidator(100)])
    # Since when something is held. Until when nothing is, because a person has allowed it.
    guard_since = models.DateTimeField(null=True, blank=True)
    guard_open_until = models.DateTimeField(null=True, blank=True)

    # The circuit breaker: while `resume_at` lies ahead nothing is tried; then a check comes first.
    trouble_class = models.CharField(max_length=16, choices=ErrorClass.choices, blank=True, default="")
    trouble = models.TextField(blank=True, default="")
    trouble_since = models.DateTimeField(null=True, blank=True)
    strikes = models.PositiveIntegerField(default=0)
    resume_at = models.DateTimeField(null=True, blank=True)
    # After trouble the concurrency grows again, from one; null: it is back.
    allowance = models.PositiveIntegerField(null=True, editable=False)

    objects = TargetQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "name"], name="target_name_once_per_tenant"),
            models.CheckConstraint(condition=models.Q(rate=None) | models.Q(rate__gt=0), name="target_rate"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def settings(self) -> dict[str, Any]:
        """The whole configuration, secrets included, as the connector takes it. Raises Undecryptable."""
        return {**self.config, **decrypt(self.sealed_secrets)}

    def seal(self, secrets: dict[str, Any]) -> None:
        self.sealed_secrets = encrypt(secrets)

    @property
    def seats(self) -> int:
        """How many calls may be under way at once: one after trouble, until it is known to be over."""
        if self.trouble_class:
            return 1
        return self.concurrency if self.allowance is None else min(self.allowance, self.concurrency)

    @property
    def is_recovering(self) -> bool:
        """There was trouble, and it is not known yet whether it takes all calls again."""
        return bool(self.trouble_class) or self.allowance is not None

    @property
    def is_paused(self) -> bool:
        return self.mode == self.Mode.PAUSED

    @cached_property
    def after_ids(self) -> tuple[uuid.UUID, ...]:
        """Asked for once by whoever delivers."""
        return tuple(self.after.order_by("id").values_list("id", flat=True))

    @cached_property
    def follower_ids(self) -> tuple[uuid.UUID, ...]:
        return tuple(self.followers.order_by("id").values_list("id", flat=True))

    @property
    def is_live(self) -> bool:
        return self.mode == self.Mode.LIVE

    @property
    def is_going(self) -> bool:
        """Somebody has asked for its deletion, which workers are about."""
        return self.mode == self.Mode.DELETING

    @property
    def has_chores(self) -> bool:
        return self.recompare_after is not None or self.has_rehearsed or self.is_going

    @property
    def is_rehearsing(self) -> bool:
        """What would be done is written down, and nothing is done."""
        return self.mode == self.Mode.DRY_RUN

    @property
    def is_worked(self) -> bool:
        """Workers take what is due, in earnest or not."""
        return self.mode in WORKED

    @property
    def has_guard(self) -> bool:
        return bool(self.guard_floor or self.guard_percent)

    @property
    def takes_calls(self) -> bool:
        """Neither paused by a person nor left alone after trouble."""
        return self.is_worked and self.retry_at is None

    @property
    def retry_at(self) -> datetime | None:
        """Until when it is left alone, if that lies ahead."""
        return self.resume_at if self.resume_at and self.resume_at > timezone.now() else None

    @property
    def lease_time(self) -> timedelta:
        """Longer than a delivery can take: connecting, calling, and both once more after a collision."""
        return timedelta(seconds=2 * (max(2, self.time_limit) + self.time_limit) + 5)


WORKED = (Target.Mode.LIVE, Target.Mode.DRY_RUN)
