"""Where the chain of each tenant's events ends."""

from __future__ import annotations

from django.db import models


class Head(models.Model):
    """The last sealed event of a tenant. Who seals holds this row, so that there is one sealer at a time."""

    tenant = models.OneToOneField(
        "tenants.Tenant", on_delete=models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    # How many events have been sealed; the number of the last.
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.seq}"
