"""What stays of events that are gone or were redacted: enough for the chain to be followed."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class Tombstone(models.Model):
    """The place of an event that retention took away: without it the chain would have a gap.

    Once nothing older is kept, the tenant's anchor stands for it and it goes.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(
        "tenants.Tenant", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    seq = models.PositiveBigIntegerField()
    digest = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = (
            # Verification, which reads them between the events.
            models.UniqueConstraint(fields=["tenant", "seq"], name="one_tombstone_a_place"),
        )

    def __str__(self) -> str:
        return f"{self.seq}"


class Anchor(models.Model):
    """The last event before all that is kept of a tenant: the chain is followed from its hash on."""

    tenant = models.OneToOneField(
        "tenants.Tenant", on_delete=models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    seq = models.PositiveBigIntegerField()
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.seq}"


class Erasure(models.Model):
    """A person's wish to be forgotten. While it is fulfilled, what events of the tenant say may change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(
        "tenants.Tenant", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    # The person's id in the log: it stays, and says nothing by itself.
    person_id = models.CharField(max_length=255)
    # What else they are found by (a JSON list), until the end only.
    names = models.TextField(blank=True)
    # The events after `cursor` up to `until` are still to be looked through.
    cursor = models.PositiveBigIntegerField(default=0)
    until = models.PositiveBigIntegerField()
    count = models.PositiveBigIntegerField(default=0)
    # Of whoever asked for it: the event that tells of the end is in the same transaction.
    transaction_id = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            # The triggers on the log, and who works erasures off.
            models.Index(fields=["tenant"], condition=Q(ended_at=None), name="erasure_under_way"),
            # The page, newest first.
            models.Index(fields=["tenant", "-started_at"], name="erasure_newest"),
        )

    def __str__(self) -> str:
        return f"{self.person_id}"

    @property
    def shown_id(self) -> str:
        """A name in the place of an id is not told on."""
        return opaque(self.person_id)


def opaque(person_id: str) -> str:
    """An id; a name in its place is forgotten."""
    try:
        return str(uuid.UUID(person_id))
    except ValueError:
        return person_id if person_id.isdecimal() else "unknown"
