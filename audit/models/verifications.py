"""A check of a tenant's log, worked off in slices, and what it found."""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.db.models import Q


class Verification(models.Model):
    """Whoever works it off goes on from `seq`; it outlives whoever dies at it."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(
        "tenants.Tenant", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    # From the beginning, or from where the last one that found nothing ended.
    whole = models.BooleanField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # Who works it off, and when somebody else may.
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    # Of who asked for it; its result is told under the same.
    transaction_id = models.CharField(max_length=64)
    first = models.PositiveBigIntegerField()
    # Events up to here are checked, and this is the chain there.
    seq = models.PositiveBigIntegerField()
    hash = models.BinaryField(max_length=32)
    count = models.PositiveBigIntegerField(default=0)
    # A JSON list.
    findings = models.TextField(default="[]")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant"], condition=Q(ended_at=None), name="one_verification_at_a_time"
            ),
        )
        indexes = (
            # The badge and the page, newest first.
            models.Index(fields=["tenant", "-id"], name="verification_newest"),
        )

    def __str__(self) -> str:
        return f"{self.first} to {self.seq}"

    @property
    def found(self) -> list[dict[str, Any]]:
        findings: list[dict[str, Any]] = json.loads(self.findings)
        return findings
