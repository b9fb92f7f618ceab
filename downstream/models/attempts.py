"""Attempts: each try to bring a replica up to date."""

from __future__ import annotations

from django.db import models

from downstream.errors import ErrorClass
from downstream.models.words import Trigger


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def newest_first(self) -> AttemptQuerySet:
        return self.order_by("-id")


class Attempt(models.Model):
    """One try to bring a replica up to date, and how it ended."""

    class Operation(models.TextChoices):
        CREATE = "create", "Create"
        UPDATE = "update", "Update"
        DEACTIVATE = "deactivate", "Deactivate"
        REACTIVATE = "reactivate", "Reactivate"
        REMOVE = "remove", "Remove"
        ADOPT = "adopt", "Adopt"
        RECREATE = "recreate", "Create again"
        SEND = "send", "Send event"

    class Outcome(models.TextChoices):
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        LATE = "late", "Too late"
        PLANNED = "planned", "Would be done"

    id = models.BigAutoField(primary_key=True)
    replica = models.ForeignKey("downstream.Replica", on_delete=models.CASCADE, related_name="attempts")
    version = models.PositiveBigIntegerField()
    operation = models.CharField(max_length=16, choices=Operation.choices)
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    error_class = models.CharField(max_length=16, choices=ErrorClass.choices, default="", blank=True)
    error = models.TextField(default="", blank=True)
    trigger = models.CharField(max_length=16, choices=Trigger.choices)
    transaction_id = models.CharField(max_length=64)
    # Dry run: what would be done, and the values that would change, as `downstream.rehearsals` puts it.
    plan = models.JSONField(null=True)
    # Journals: the `uuid` of the event that was sent.
    event = models.UUIDField(null=True)
    started_at = models.DateTimeField()
    took_ms = models.PositiveIntegerField()

    objects = AttemptQuerySet.as_manager()

    class Meta:
        # The time line of one replica.
        indexes = (models.Index(fields=["replica", "-id"], name="attempt_newest"),)

    def __str__(self) -> str:
        return f"{self.operation} {self.outcome}"
