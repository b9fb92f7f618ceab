"""Retention: what is older than its tenant keeps it goes, in months where a whole month may go.

Each step is one transaction, with the event that tells of it: broken off, the rest goes the next time.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from datetime import UTC, date, datetime

from django.db import OperationalError, connection, models, transaction
from django.db.models import F, Sum

from audit import partitions
from audit.actor import Actor
from audit.burying import advance, bury
from audit.catalogue import EventType, Severity
from audit.hours import Tally, hour_of
from audit.kinds import Kind, kind_of
from audit.log_event import Entry
from audit.models import Anchor, Event, Head, Hourly
from audit.retention import cutoff, days_of, segment
from audit.services import record

# Events in one step. On SQLite it holds the one write lock.
STEPS = {"postgresql": 5000, "sqlite": 1000}
# Between two steps others get their turn.
BREATH = 0.01
Counts = Counter[Kind]


def prune_all(*, by: Actor) -> None:
    """Of every tenant; months first, which costs next to nothing."""
    partitions.make_ready()
    drop_months(by=by)
    for tenant_id in Head.objects.order_by("tenant_id").values_list("tenant_id", flat=True):
        prune(tenant_id, by=by)


def expired(tenant_id: uuid.UUID) -> Counts:
    """How many events of each kind are older than the tenant keeps them."""
    counts: Counts = Counter()
    for kind, days in days_of(tenant_id).items():
        old = Hourly.objects.filter(tenant_id=tenant_id, hour__lt=cutoff(days))
        for event_type, count in old.values_list("event_type").annotate(Sum("count")):
            counts[kind] += count if kind_of(event_type) is kind else 0
    return +counts


def prune(tenant_id: uuid.UUID, *, by: Actor, seconds: float | None = None) -> Counts:
    """Until nothing is older than its kind is kept, or the time is over; what went, by kind."""
    gone: Counts = Counter()
    until = None if seconds is None else time.monotonic() + seconds
    for kind, days in days_of(tenant_id).items():
        while count := _prune_step(tenant_id, kind, cutoff(days), by=by):
            gone[kind] += count
            if until is not None and time.monotonic() > until:
                return gone
            time.sleep(BREATH)
    return gone


@transaction.atomic
def _prune_step(tenant_id: uuid.UUID, kind: Kind, before: datetime, *, by: Actor) -> int:
    old = Hourly.objects.filter(tenant_id=tenant_id, hour__lt=before)
    types = [name for name in old.values_list("event_type", flat=True).distinct() if kind_of(name) is kind]
    if not types:
        return 0
    found = Event.objects.filter(tenant_id=tenant_id, event_type__in=types, published__lt=before)
    rows = list(
        found.order_by("published", "seq").values_list("seq", "published", "event_type", "result")[
            : STEPS[connection.vendor]
        ]
    )
    places = [seq for seq, *_ in rows]
    if bury(tenant_id, places) != len(places):
        # Somebody else prunes this log at the same time, and counts what is theirs.
        transaction.set_rollback(True)
        return 0
    _uncount(tenant_id, Counter((hour_of(published), name, result) for _, published, name, result in rows))
    _tell(tenant_id, {kind: len(rows)}, before, by=by)
    return len(rows)


def _uncount(tenant_id: uuid.UUID, counts: Counter[Tally]) -> None:
    for (hour, name, result), count in sorted(counts.items()):
        tally = Hourly.objects.filter(tenant_id=tenant_id, hour=hour, event_type=name, result=result)
        tally.update(count=F("count") - count)
    Hourly.objects.filter(tenant_id=tenant_id, hour__in={hour for hour, *_ in counts}, count=0).delete()


def drop_months(*, by: Actor) -> list[date]:
    """Those of which no tenant keeps anything; the dropped ones."""
    return [month for month in partitions.past_months() if _is_expired(month) and _drop(month, by=by)]


def _is_expired(month: date) -> bool:
    end = _start(partitions.after(month))
    days: dict[uuid.UUID, dict[Kind, int]] = {}
    for tenant_id, name in _of_month(month).values_list("tenant_id", "event_type").distinct():
        kept = days.setdefault(tenant_id, days_of(tenant_id))
        if end > cutoff(kept[kind_of(name)]):
            return False
    return True


def _drop(month: date, *, by: Actor) -> bool:
    """False if readers hold the log, or something came meanwhile that is to stay: then another time."""
    try:
        with transaction.atomic():
            partitions.drop(month)
            # Nobody adds to the month any more: now the tallies are final.
            if not _is_expired(month):
                transaction.set_rollback(True)
                return False
            for tenant_id, counts in _counts_of_month(month).items():
                _tell(tenant_id, counts, _start(partitions.after(month)), by=by)
            _of_month(month).delete()
    except OperationalError:
        return False
    return True


def _counts_of_month(month: date) -> dict[uuid.UUID, Counts]:
    found: dict[uuid.UUID, Counts] = {}
    tallies = _of_month(month).values_list("tenant_id", "event_type").annotate(Sum("count"))
    for tenant_id, name, count in tallies:
        found.setdefault(tenant_id, Counter())[kind_of(name)] += count
    return found


def _of_month(month: date) -> models.QuerySet[Hourly]:
    return Hourly.objects.filter(hour__gte=_start(month), hour__lt=_start(partitions.after(month)))


def _start(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)


def _tell(tenant_id: uuid.UUID, counts: dict[Kind, int], before: datetime, *, by: Actor) -> None:
    """The event says where the chain begins now: whoever verifies it need not believe the anchor alone."""
    advance(tenant_id)
    debug = {kind.value: str(count) for kind, count in sorted(counts.items())}
    debug["publishedBefore"] = before.isoformat()
    if anchor := Anchor.objects.filter(tenant_id=tenant_id).first():
        debug |= {"anchorSeq": str(anchor.seq), "anchorHash": bytes(anchor.hash).hex()}
    purged = Entry(EventType.LOG_PURGED, by, (segment(tenant_id),), severity=Severity.WARN, debug=debug)
    record(tenant_id, purged)
