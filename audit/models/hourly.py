"""How many events of each kind fell into each hour: what histograms are drawn from."""

from __future__ import annotations

from django.db import models


class Hourly(models.Model):
    """Counted by the sealer, in the transaction in which the events become visible."""

    tenant = models.ForeignKey(
        "tenants.Tenant", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    # The beginning of the hour in which the events were published, UTC.
    hour = models.DateTimeField()
    event_type = models.CharField(max_length=255)
    result = models.CharField(max_length=16)
    count = models.PositiveBigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "hour", "event_type", "result"], name="one_tally_an_hour"
            ),
        )

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H:00} {self.event_type} {self.result}: {self.count}"
