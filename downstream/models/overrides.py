"""Overrides: a value of one replica that stands in for what the mapping makes."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from lib.secrets import decrypt, encrypt

REASON_LENGTH = 500


class OverrideQuerySet(models.QuerySet["Override"]):
    def living(self) -> OverrideQuerySet:
        """Neither ended nor expired, by the database's clock."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), ended_at=None)

    def with_replica(self) -> OverrideQuerySet:
        """With what ending one tells of."""
        return self.select_related("replica__target__tenant", "replica__user", "replica__group")

    def to_be_ended(self) -> OverrideQuerySet:
        """Expired, and nobody has drawn the conclusions yet."""
        return self.filter(ended_at=None, expires_at__lte=Now())


class Override(models.Model):
    """One field of one replica; `is_hidden` where nobody may read the value."""

    id = models.BigAutoField(primary_key=True)
    replica = models.ForeignKey("downstream.Replica", on_delete=models.CASCADE, related_name="overrides")
    field = models.CharField(max_length=255)
    # Encrypted: it may be of an attribute that nobody may read.
    sealed_value = models.TextField(editable=False)
    is_hidden = models.BooleanField(default=False)
    reason = models.CharField(max_length=REASON_LENGTH)
    made_by = models.CharField(max_length=255)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["replica", "field"], condition=Q(ended_at=None), name="override_once_per_field"
            ),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("created_at")),
                name="override_expires_after_it_began",
            ),
        )
        indexes = (
            # The sweep, every second.
            models.Index(
                fields=["expires_at"],
                condition=Q(ended_at=None, expires_at__isnull=False),
                name="override_expiring",
            ),
        )

    def __str__(self) -> str:
        return self.field

    @property
    def value(self) -> Any:
        """As JSON has it. Raises Undecryptable."""
        return decrypt(self.sealed_value)

    def seal(self, value: Any) -> None:
        self.sealed_value = encrypt(value)
