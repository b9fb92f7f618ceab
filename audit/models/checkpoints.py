"""Signed statements of where a tenant's chain was, and how far each place outside has been told."""

from __future__ import annotations

from django.db import models


class Checkpoint(models.Model):
    """What the chain was at one event, signed with a key that the database does not know."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(
        "tenants.Tenant", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    seq = models.PositiveBigIntegerField()
    made_at = models.DateTimeField()
    # C2SP signed-note.
    note = models.TextField()

    class Meta:
        constraints = (
            # The proof of an event, the page, and two that make checkpoints at once.
            models.UniqueConstraint(fields=["tenant", "seq"], name="one_checkpoint_a_place"),
        )

    def __str__(self) -> str:
        return f"{self.seq}"


class Witness(models.Model):
    """How far one of LOG_CHECKPOINTS has been told of a tenant's checkpoints."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(
        "tenants.Tenant", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    # SHA-256 of the address (hexadecimal), which may carry a password.
    place = models.CharField(max_length=64)
    # The last checkpoint that arrived there.
    seq = models.PositiveBigIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    error = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tenant", "place"], name="one_witness_a_place"),)

    def __str__(self) -> str:
        return f"{self.place[:8]}: {self.seq}"
