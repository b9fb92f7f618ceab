"""What the log keeps: events that wait to be sealed, sealed ones, and what stays of those that are gone."""

from audit.models.chain import Head
from audit.models.events import Event, EventQuerySet
from audit.models.hourly import Hourly
from audit.models.pending import Pending
from audit.models.remains import Anchor, Erasure, Tombstone
from audit.models.retention import RetentionRule

__all__ = [
    "Anchor",
    "Erasure",
    "Event",
    "EventQuerySet",
    "Head",
    "Hourly",
    "Pending",
    "RetentionRule",
    "Tombstone",
]
