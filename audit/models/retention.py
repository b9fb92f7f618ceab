"""For how long a tenant keeps events of each kind."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from audit.kinds import LONGEST_DAYS, Kind


def kinds() -> list[tuple[str, str]]:
    """A callable, so that a new kind needs no migration."""
    return Kind.choices


class RetentionRule(models.Model):
    """Where a tenant has none for a kind, LOG_RETENTION_DAYS hold."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=kinds)
    days = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(LONGEST_DAYS)])

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "kind"], name="one_retention_a_kind"),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=LONGEST_DAYS), name="retention_in_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}: {self.days} days"
