"""The election of the worker that sweeps."""

from __future__ import annotations

from django.db import models


class Sweep(models.Model):
    """The one row by which the workers elect who sweeps."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    holder = models.UUIDField(null=True)
    held_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"held by {self.holder}"
