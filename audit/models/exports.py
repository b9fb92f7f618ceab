"""Exports: files of events that are made part by part and kept for some days."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from audit.actor import Actor, actor_of


class ExportQuerySet(models.QuerySet["Export"]):
    def of_tenant(self, tenant_id: uuid.UUID) -> ExportQuerySet:
        return self.filter(tenant_id=tenant_id)

    def running(self) -> ExportQuerySet:
        return self.filter(state=Export.State.RUNNING)

    def unattended(self) -> ExportQuerySet:
        """Running, and in no worker's hands. By the database's clock."""
        return self.running().filter(Q(lease=None) | Q(lease_until__lte=Now()))

    def outlived(self) -> ExportQuerySet:
        """Whose files are not kept any longer."""
        return self.filter(state=Export.State.FINISHED, expires_at__lte=Now())


class Export(models.Model):
    """What one person has taken out of the log, or is about to."""

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        FINISHED = "finished", "Ready"
        STOPPED = "stopped", "Stopped"
        FAILED = "failed", "Failed"
        EXPIRED = "expired", "Expired"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.CASCADE, related_name="exports")
    # Who asked for it, copied in.
    actor = models.JSONField()
    format = models.CharField(max_length=16)
    # The question to the log, as it was written.
    selection = models.JSONField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.RUNNING)
    # How many there were when it began, none of those that came later, and how many are written.
    total = models.PositiveBigIntegerField()
    newest_seq = models.PositiveBigIntegerField()
    done = models.PositiveBigIntegerField(default=0)
    # Of the file: bytes, rows of `ExportPart`, and in the end its digest.
    size = models.PositiveBigIntegerField(default=0)
    number_of_parts = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="", blank=True)
    # Behind which event the next part begins.
    last_published = models.DateTimeField(null=True)
    last_seq = models.PositiveBigIntegerField(default=0)
    # Rounds in a row that came to nothing.
    tries = models.PositiveIntegerField(default=0)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        indexes = (
            # The list of exports.
            models.Index(fields=["tenant", "-created_at"], name="export_newest"),
            # Workers: what is to be written, what is to be thrown away.
            models.Index(
                fields=["state"], condition=Q(state__in=("running", "finished")), name="export_kept"
            ),
        )

    def __str__(self) -> str:
        return f"Export {self.id}"

    @property
    def by(self) -> Actor:
        return actor_of(self.actor, self.id.hex)

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.FINISHED

    @property
    def percent(self) -> int:
        return 100 if not self.total else min(100, self.done * 100 // self.total)


class ExportPart(models.Model):
    """Some events in the form of the file, compressed (gzip)."""

    id = models.BigAutoField(primary_key=True)
    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["export", "number"], name="export_part_once"),)

    def __str__(self) -> str:
        return f"{self.number}"
