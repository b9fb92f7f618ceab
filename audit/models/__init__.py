"""What the log keeps: events that wait to be sealed, sealed ones, and where each tenant's chain ends."""

from audit.models.chain import Head
from audit.models.events import Event, EventQuerySet
from audit.models.hourly import Hourly
from audit.models.pending import Pending

__all__ = ["Event", "EventQuerySet", "Head", "Hourly", "Pending"]
