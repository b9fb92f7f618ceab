"""What becomes of a stream after a batch: on, smaller, later, or past an event that nobody wants."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from audit.models import Event
from downstream import policy
from downstream.errors import DeliveryError, ErrorClass, Throttled
from downstream.models import LogStream, StreamQuerySet
from downstream.streams.feed import Portion, of_types
from downstream.streams.sinks import Item, Refused
from downstream.streams.telling import tell_recovered, tell_set_aside, tell_trouble
from lib.clock import moment_in

# These are about what was sent, not about the receiver.
ABOUT_EVENTS = frozenset({ErrorClass.DATA, ErrorClass.EXISTS})
WELL: dict[str, Any] = {"failures": 0, "trouble_class": "", "trouble": "", "trouble_since": None}
ON: dict[str, Any] = {"batch_end": None, "refused_seq": None, "refused_why": ""}


def held(stream: LogStream, lease: uuid.UUID) -> StreamQuerySet:
    """The stream's row, as long as it is in these hands and goes on where it went on then."""
    return LogStream.objects.filter(id=stream.id, lease=lease, cursor=stream.cursor)


def passed(stream: LogStream, portion: Portion, *, lease: uuid.UUID) -> bool:
    """There is nothing in it that the stream is about."""
    return bool(held(stream, lease).filter(refused_seq=None).update(cursor=portion.end, batch_end=None))


@transaction.atomic
def reached(
    stream: LogStream, portion: Portion, refused: Sequence[Refused], *, most: int, lease: uuid.UUID
) -> bool:
    """The receiver has it. False if the stream is in other hands by now."""
    aside = [*_suspect(stream), *refused]
    moved = held(stream, lease).update(
        **ON,
        **WELL,
        cursor=portion.end,
        batch_size=min(most, stream.batch_size * 2),
        delivered=F("delivered") + len(portion.items) - len(refused),
        delivered_at=Now(),
        set_aside=F("set_aside") + len(aside),
    )
    if moved:
        tell_set_aside(stream, aside)
        if stream.trouble_class:
            tell_recovered(stream)
    return bool(moved)


def failed(stream: LogStream, portion: Portion | None, error: DeliveryError, *, lease: uuid.UUID) -> bool:
    """Whether to go on at once: in smaller portions, or with the event behind one that was refused."""
    if portion and error.error_class in ABOUT_EVENTS:
        if len(portion.items) > 1:
            half = max(1, len(portion.items) // 2)
            return bool(held(stream, lease).update(batch_end=None, batch_size=half))
        if stream.refused_seq is None and _is_followed(stream, portion):
            doubted = {"refused_seq": portion.items[0].seq, "refused_why": str(error)}
            return bool(held(stream, lease).update(batch_end=None, **doubted))
    _leave_alone(stream, error, lease=lease)
    return False


@transaction.atomic
def _leave_alone(stream: LogStream, error: DeliveryError, *, lease: uuid.UUID) -> None:
    """For a while, which grows. What was refused alone is tried again then: it is not the only one."""
    row = held(stream, lease)
    about_events = {"refused_seq": None, "refused_why": "", "batch_end": None}
    kept = row.update(
        **(about_events if error.error_class in ABOUT_EVENTS else {}),
        failures=F("failures") + 1,
        trouble=str(error),
        resume_at=moment_in(_pause(stream, error)),
    )
    # Told once, by whoever finds it.
    if kept and row.filter(trouble_class="").update(trouble_class=error.error_class, trouble_since=Now()):
        tell_trouble(stream, error)
    elif kept:
        row.update(trouble_class=error.error_class)


def _pause(stream: LogStream, error: DeliveryError) -> timedelta:
    if isinstance(error, Throttled):
        return policy.hold(error, 0) or policy.pause(0)
    return policy.pause(stream.failures)


def _is_followed(stream: LogStream, portion: Portion) -> bool:
    """Whether there is another event that could show whether only this one is refused."""
    behind = Event.objects.filter(tenant=stream.tenant_id, seq__gt=portion.items[0].seq)
    return of_types(behind, stream.event_types).exists()


def _suspect(stream: LogStream) -> list[Refused]:
    """The event that was refused before this one was taken."""
    if stream.refused_seq is None:
        return []
    body = Event.objects.values_list("body", flat=True).get(tenant=stream.tenant_id, seq=stream.refused_seq)
    return [Refused(Item(stream.refused_seq, body), stream.refused_why)]
