"""Targets: the downstream systems of a tenant, and how each stands."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from downstream.errors import ErrorClass
from lib.secrets import decrypt, encrypt
from tenants.models import Tenant

NAME = RegexValidator(
    r"^[\w][\w .:-]{0,62}$", "Use letters, digits, blanks, dots, colons and hyphens, at most 63."
)


class Target(models.Model):
    """A downstream system of a tenant that is kept in step with the directory."""

    class Mode(models.TextChoices):
        LIVE = "live", "Live"
        PAUSED = "paused", "Paused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="targets")
    name = models.CharField(max_length=63, validators=[NAME])
    kind = models.CharField(max_length=32)
    config = models.JSONField(default=dict)
    # The secret part of the configuration, encrypted; opened only for a connector.
    sealed_secrets = models.TextField(editable=False)
    mode = models.CharField(max_length=16, choices=Mode.choices, default=Mode.LIVE)
    # Seconds that any one call may take; a lease outlives it.
    time_limit = models.PositiveIntegerField(default=10)
    concurrency = models.PositiveIntegerField(default=4)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    # The circuit breaker: while `resume_at` lies ahead nothing is tried; then a check comes first.
    trouble_class = models.CharField(max_length=16, choices=ErrorClass.choices, blank=True, default="")
    trouble = models.TextField(blank=True, default="")
    trouble_since = models.DateTimeField(null=True, blank=True)
    strikes = models.PositiveIntegerField(default=0)
    resume_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "name"], name="target_name_once_per_tenant"),
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
    def is_paused(self) -> bool:
        return self.mode == self.Mode.PAUSED

    @property
    def takes_calls(self) -> bool:
        """Neither paused by a person nor left alone after trouble."""
        return not self.is_paused and self.retry_at is None

    @property
    def retry_at(self) -> datetime | None:
        """Until when it is left alone, if that lies ahead."""
        return self.resume_at if self.resume_at and self.resume_at > timezone.now() else None

    @property
    def lease_time(self) -> timedelta:
        """Longer than a delivery can take: connecting, calling, and both once more after a collision."""
        return timedelta(seconds=2 * (max(2, self.time_limit) + self.time_limit) + 5)
