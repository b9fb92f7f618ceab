"""Streams: to whom the log is told, how far each has come, and how each stands."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from audit.models import Head
from downstream.errors import ErrorClass
from downstream.models.targets import NAME
from lib.secrets import decrypt, encrypt
from tenants.models import Tenant


class StreamQuerySet(models.QuerySet["LogStream"]):
    def of_tenant(self, tenant: Tenant) -> StreamQuerySet:
        return self.filter(tenant=tenant)

    def free(self) -> StreamQuerySet:
        """In no worker's hands. By the database's clock."""
        return self.filter(Q(lease=None) | Q(lease_until__lte=Now()))

    def due(self) -> StreamQuerySet:
        """Free, with something new in the log, and not to be left alone."""
        news = Head.objects.filter(tenant=OuterRef("tenant"), seq__gt=OuterRef("cursor"))
        return self.free().filter(Exists(news), enabled=True, resume_at__lte=Now())


class LogStream(models.Model):
    """One receiver of a tenant's events. All up to `cursor` have reached it; none behind is skipped."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="log_streams")
    name = models.CharField(max_length=63, validators=[NAME])
    kind = models.CharField(max_length=16)
    config = models.JSONField(default=dict)
    # The secret part of the configuration, encrypted.
    sealed_secrets = models.TextField(editable=False)
    # Types of events, or beginnings of types with a star at their end; none: all events.
    event_types = models.JSONField(default=list)
    enabled = models.BooleanField(default=True)
    # Rises with every change of the settings: two people who change them at once notice each other.
    revision = models.PositiveIntegerField(default=1)

    # Places in the log. The batch under way ends at `batch_end`: whoever repeats it sends the same.
    cursor = models.PositiveBigIntegerField()
    batch_end = models.PositiveBigIntegerField(null=True)
    # So many events are sent at once: fewer after the receiver has refused some.
    batch_size = models.PositiveIntegerField()
    # A single event that was refused: whether it is only this one shows with the next.
    refused_seq = models.PositiveBigIntegerField(null=True)
    refused_why = models.TextField(blank=True, default="")

    delivered = models.PositiveBigIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    # Events that the receiver refused while it took others.
    set_aside = models.PositiveBigIntegerField(default=0)

    # While `resume_at` lies ahead nothing is tried.
    resume_at = models.DateTimeField(db_default=Now())
    failures = models.PositiveIntegerField(default=0)
    trouble_class = models.CharField(max_length=16, choices=ErrorClass.choices, blank=True, default="")
    trouble = models.TextField(blank=True, default="")
    trouble_since = models.DateTimeField(null=True)

    lease = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = StreamQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "name"], name="stream_name_once_per_tenant"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def settings(self) -> dict[str, Any]:
        """The whole configuration, secrets included. Raises Undecryptable."""
        return {**self.config, **decrypt(self.sealed_secrets)}

    def seal(self, secrets: dict[str, Any]) -> None:
        self.sealed_secrets = encrypt(secrets)

    @property
    def is_hook(self) -> bool:
        """The log calls it by another word."""
        return self.kind == "hook"

    @property
    def start(self) -> int:
        """Behind which event the next batch begins."""
        return self.cursor if self.refused_seq is None else self.refused_seq

    @property
    def retry_at(self) -> datetime | None:
        """Until when it is left alone, if that lies ahead."""
        return self.resume_at if self.resume_at > timezone.now() else None
