"""Moments by the database's clock: leases and retries must not depend on the clocks of workers."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models.expressions import Combinable
from django.db.models.functions import Now


def moment_in(delay: timedelta) -> Combinable:
    """For updates: the moment `delay` from now, by the database's clock."""
    interval = models.Value(delay, output_field=models.DurationField())
    return models.ExpressionWrapper(Now() + interval, output_field=models.DateTimeField())
