"""What the log keeps: events that wait to be sealed, sealed ones, and what stays of those that are gone."""

from audit.models.chain import Head
from audit.models.checkpoints import Checkpoint, Witness
from audit.models.events import Event, EventQuerySet
from audit.models.exports import Export, ExportPart, ExportQuerySet
from audit.models.hourly import Hourly
from audit.models.pending import Pending
from audit.models.remains import Anchor, Erasure, Tombstone
from audit.models.retention import RetentionRule
from audit.models.verifications import Verification

__all__ = [
    "Anchor",
    "Checkpoint",
    "Erasure",
    "Event",
    "EventQuerySet",
    "Export",
    "ExportPart",
    "ExportQuerySet",
    "Head",
    "Hourly",
    "Pending",
    "RetentionRule",
    "Tombstone",
    "Verification",
    "Witness",
]
