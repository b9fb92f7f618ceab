"""An event that waits to be sealed: inserted in the transaction of what it tells of."""

from __future__ import annotations

from django.db import models


class Pending(models.Model):
    """As little as can be: a request pays for no search, no chain and no lock."""

    id = models.BigAutoField(primary_key=True)
    # No constraint, which each request would pay for: what it tells of has one.
    tenant = models.ForeignKey(
        "tenants.Tenant", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    # Of the resource that it tells of; it is no part of the LogEvent.
    version = models.PositiveBigIntegerField(null=True)
    # The LogEvent in its canonical form.
    body = models.TextField()

    class Meta:
        indexes = (
            # The sealer: the tenants that have some, and those of each in order.
            models.Index(fields=["tenant", "id"], name="pending_of_tenant"),
        )

    def __str__(self) -> str:
        return f"{self.id}"
