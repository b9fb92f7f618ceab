"""What verification finds, in words that name the event."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

# Of a log that is broken all over, more would tell nobody more.
MOST = 100


class Kind(StrEnum):
    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"
    CUT_OFF = "cut off"
    ROLLED_BACK = "rolled back"
    FORGED = "forged"


@dataclass(frozen=True)
class Finding:
    """About the events from `seq` to `through`; `event` is the uuid of the one that it names."""

    kind: Kind
    seq: int
    through: int
    event: str | None
    says: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def changed(seq: int, event: str | None, what: str) -> Finding:
    return Finding(Kind.CHANGED, seq, seq, event, f"Event {seq} ({event}) was changed: {what}.")


def changed_thoroughly(seq: int, event: str | None) -> Finding:
    says = f"Event {seq} ({event}) or the one before was changed, and its digest computed anew."
    return Finding(Kind.CHANGED, max(1, seq - 1), seq, event, says)


def missing(seq: int, through: int) -> Finding:
    which = f"Event {seq} is" if seq == through else f"Events {seq} to {through} are"
    return Finding(Kind.MISSING, seq, through, None, f"{which} missing.")


def taken(seq: int) -> Finding:
    says = f"Event {seq}, or others before it, were taken away, and no purge in the log tells of that."
    return Finding(Kind.MISSING, seq, seq, None, says)


def removed(seq: int, through: int, event: str | None) -> Finding:
    which = f"Event {seq} was" if seq == through else f"{through - seq + 1} events from {seq} on were"
    says = f"{which} removed, and what followed was numbered anew; now {event} stands there."
    return Finding(Kind.MISSING, seq, through, None, says)


def inserted(seq: int, event: str | None) -> Finding:
    return Finding(Kind.INSERTED, seq, seq, event, f"Event {seq} ({event}) was inserted.")


def reordered(stands: int, belongs: int, event: str | None) -> Finding:
    says = f"Event {event} stands at {stands} and belongs at {belongs}: the order was changed."
    return Finding(Kind.REORDERED, stands, belongs, event, says)


def cut_off(seq: int, through: int, witness: str) -> Finding:
    which = f"Event {seq} is" if seq == through else f"Events {seq} to {through} are"
    says = f"The end of the log was cut off: {which} missing, which {witness} knows of."
    return Finding(Kind.CUT_OFF, seq, through, None, says)


def rolled_back(head: int, told: int, made_at: str) -> Finding:
    says = (
        f"The log was rolled back: it ends at event {head}, and at {made_at} it had come to {told}. "
        "Perhaps a backup was restored."
    )
    return Finding(Kind.ROLLED_BACK, head + 1, told, None, says)


def rewritten(seq: int, last_good: int, made_at: str) -> Finding:
    says = (
        f"The log was rolled back and went on differently: events {last_good + 1} to {seq} are not "
        f"those that were there at {made_at}. "
        "Perhaps a backup was restored, or somebody computed the chain anew."
    )
    return Finding(Kind.ROLLED_BACK, last_good + 1, seq, None, says)


def forged(seq: int, says: str) -> Finding:
    return Finding(Kind.FORGED, seq, seq, None, says)


def wrong_head(seq: int) -> Finding:
    says = f"The head of the log says of event {seq} what the chain doesn't."
    return Finding(Kind.CHANGED, seq, seq, None, says)
