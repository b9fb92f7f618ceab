"""What the page counts: all that is found where that is little, else the newest of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from audit.models import Event, EventQuerySet
from dashboard.events import Line

# Read whole, for the facets. More would be felt.
SAMPLE = 1_000
# Of these only the time and the outcome are read, for the histogram.
GLANCE = 10_000
ORDER = ("-published", "-seq")
# What a row shows; the columns that only searching and proving use are left where they are.
SHOWN = (
    *("id", "seq", "uuid", "published", "event_type", "severity", "result", "actor_id"),
    *("transaction_id", "user_id", "group_id", "target_id", "version", "body", "tenant_id"),
)


@dataclass(frozen=True)
class Sample:
    """The newest events of a question, each read once; `is_all` if there are no others."""

    lines: Sequence[Line]
    is_all: bool


@dataclass(frozen=True)
class Moments:
    """When events were published and how they ended, the newest first; `is_all` if there are no others."""

    pairs: Sequence[tuple[datetime, str]]
    is_all: bool


def sample(events: EventQuerySet) -> Sample:
    found = list(shown(events).order_by(*ORDER)[: SAMPLE + 1])
    return Sample([Line(event) for event in found[:SAMPLE]], len(found) <= SAMPLE)


def moments(events: EventQuerySet, sampled: Sample) -> Moments:
    """From the sample if it is all there is."""
    if sampled.is_all:
        return Moments([(line.event.published, line.event.result) for line in sampled.lines], True)
    found = list(events.order_by(*ORDER).values_list("published", "result")[: GLANCE + 1])
    return Moments(found[:GLANCE], len(found) <= GLANCE)


def moment_of(tenant_id: uuid.UUID, place: int) -> datetime:
    """When the event at that place of the log was published, or the next before it that is still there."""
    before = Event.objects.filter(tenant_id=tenant_id, seq__lte=place).order_by("-seq")
    return before.values_list("published", flat=True).first() or datetime.min.replace(tzinfo=UTC)


def shown(events: EventQuerySet) -> EventQuerySet:
    """Without the columns that no page shows."""
    return events.only(*SHOWN)


def names_in(lines: Iterable[Line]) -> dict[str, str]:
    """What those are called whose ids occur: for chips, which may have only an id."""
    names: dict[str, str] = {}
    for line in lines:
        names.setdefault(str(line.document["actor"]["id"]), line.actor)
        for party in line.parties:
            names.setdefault(party.id, party.name)
    return names
