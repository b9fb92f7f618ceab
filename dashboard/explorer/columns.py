"""The columns that the table of events may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dashboard.events import Line


@dataclass(frozen=True)
class Column:
    """`field` is the attribute that its text can be narrowed by, empty where there is none."""

    label: str
    field: str = ""
    text: Callable[[Line], str] = lambda line: ""
    template: str = "log/_cell.html"


def _subjects(line: Line) -> str:
    return ", ".join(party.name for party in line.parties)


COLUMNS: Mapping[str, Column] = {
    "time": Column("Time", template="log/_cell_time.html"),
    "outcome": Column("Outcome", "outcome.result", template="log/_cell_outcome.html"),
    "event": Column("Event", template="log/_cell_event.html"),
    "actor": Column("Actor", "actor.displayName", lambda line: line.actor),
    "target": Column("To whom or what", "", _subjects),
    "type": Column("Event type", "eventType", lambda line: line.event.event_type),
    "severity": Column("Severity", "severity", lambda line: line.event.severity),
    "reason": Column("Reason", "outcome.reason", lambda line: line.reason),
    "address": Column("Address", "client.ipAddress", lambda line: line.client.get("ipAddress") or ""),
    "transaction": Column("Transaction", "transaction.id", lambda line: line.event.transaction_id),
    "seq": Column("Number", "", lambda line: f"{line.event.seq:,}"),
}
DEFAULT_COLUMNS = ("time", "outcome", "event", "type")
