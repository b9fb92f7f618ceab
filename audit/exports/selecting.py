"""Which events an export is of, and reading them oldest first."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db.models import Q

from audit.models import Event, EventQuerySet
from audit.search import narrow

# So many events in one query and in one part of a file.
CHUNK = 2000
Row = tuple[datetime, int, str]


@dataclass(frozen=True)
class Selection:
    """A question to the log, each of the four as a person wrote it: see `audit.search.narrow`."""

    filter: str = ""
    q: str = ""
    since: str = ""
    until: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)

    @property
    def words(self) -> str:
        """For people."""
        told = {"matching": self.filter, "with the words": self.q, "since": self.since, "before": self.until}
        return ", ".join(f"{word} {text}" for word, text in told.items() if text) or "everything"

    def of(self, tenant_id: uuid.UUID, *, newest_seq: int) -> EventQuerySet:
        """Up to a place in the log: what comes later is none of it. Raises InvalidSearch."""
        return narrow(Event.objects.filter(tenant_id=tenant_id, seq__lte=newest_seq), **asdict(self))


def next_rows(events: EventQuerySet, *, published: datetime | None, seq: int) -> list[Row]:
    """When they were published, their places and bodies; those behind this one."""
    if published is not None:
        # The first condition is the one that an index takes.
        behind = Q(published__gt=published) | Q(seq__gt=seq)
        events = events.filter(behind, published__gte=published)
    found = events.order_by("published", "seq").values_list("published", "seq", "body")
    return list(found[:CHUNK])


def all_rows(events: EventQuerySet) -> Iterator[list[Row]]:
    """Part by part."""
    published, seq = None, 0
    while rows := next_rows(events, published=published, seq=seq):
        yield rows
        published, seq, _ = rows[-1]
