"""How many calls a second a target takes, over all workers: the generic cell rate algorithm in one column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.functions import Now

from downstream.models import Target

# So many seconds' worth of calls may come at once, but always one.
BURST = 0.1


@dataclass(frozen=True)
class Allowed:
    """So many calls now; if none, the next one after `wait` seconds. They count from `start` on."""

    calls: int
    wait: float | None
    start: datetime


def allowed(*, moment: datetime, next_call_at: datetime | None, rate: float, most: int) -> Allowed:
    interval = 1 / rate
    tolerance = max(0.0, BURST - interval)
    start = max(moment, next_call_at or moment)
    lead = (start - moment).total_seconds()
    if lead > tolerance:
        return Allowed(0, lead - tolerance, start)
    # A whole number of intervals that floating point makes a little less is still whole.
    return Allowed(min(most, int((tolerance - lead) / interval + 1e-6) + 1), None, start)


def ask(target: Target, most: int) -> Allowed | None:
    """By the database's clock; the target's row is locked. None if its rate is not limited."""
    if target.rate is None:
        return None
    moment = Target.objects.filter(id=target.id).values_list(Now(), flat=True).get()
    return allowed(moment=moment, next_call_at=target.next_call_at, rate=target.rate, most=most)


def take(target: Target, granted: Allowed, calls: int) -> None:
    """The target's row is locked."""
    if target.rate is not None:
        used = timedelta(seconds=calls / target.rate)
        Target.objects.filter(id=target.id).update(next_call_at=granted.start + used)


def give_back(target: Target, calls: int) -> None:
    """Calls that were taken and not made."""
    if target.rate is not None and calls:
        unused = timedelta(seconds=calls / target.rate)
        Target.objects.filter(id=target.id).update(next_call_at=F("next_call_at") - unused)
