"""What a delivery would do: what the target has now beside what it would get. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from time import monotonic
from typing import Any

from django.db.models import TextChoices

from downstream.calls import guarded, opened
from downstream.connectors import is_journal
from downstream.connectors.base import AnyConnector, Found
from downstream.errors import DeliveryError
from downstream.event_feed import bring_up_to_date, events_of
from downstream.fields import Veil, is_same, names_of
from downstream.models import Replica
from downstream.trials import remote_id_of
from downstream.work import Operation, Work, prepare, without_secrets

# A group that has more than these over there is not compared member by member.
MEMBERS_READ = 20_000
MEMBERS_NAMED = 20


class Outlook(TextChoices):
    """What would happen."""

    CREATE = "create", "Would be created"
    RECREATE = "recreate", "Would be created again"
    ADOPT = "adopt", "Would be adopted"
    UPDATE = "update", "Would be changed"
    DEACTIVATE = "deactivate", "Would be deactivated"
    REACTIVATE = "reactivate", "Would be reactivated"
    REMOVE = "remove", "Would be removed"
    SEND = "send", "Would be told"
    NOTHING = "nothing", "Nothing to do"
    WAIT = "wait", "Would wait"
    FAIL = "fail", "Would fail"
    UNKNOWN = "unknown", "Can't be told"


@dataclass(frozen=True)
class Line:
    """One attribute, under the target's name for it. Secrets are masked on both sides."""

    field: str
    there: Any
    wanted: Any
    changes: bool
    overridden: bool = False


@dataclass(frozen=True)
class Members:
    """Who would join or leave a group: how many, and the first ones by name or by their id over there.

    `compared` is False where the target has more members than could be read in time.
    """

    compared: bool
    joining: int
    leaving: int
    first_joining: tuple[str, ...]
    first_leaving: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """`sentence` says why, `attribute` names the one that would fail."""

    replica: Replica
    outlook: Outlook
    sentence: str = ""
    attribute: str = ""
    remote_id: str = ""
    lines: tuple[Line, ...] = ()
    members: Members | None = None

    @property
    def changes(self) -> list[Line]:
        return [line for line in self.lines if line.changes]


def preview(replica: Replica) -> Preview:
    """Asks the target, in a few calls of its time limit each; errors are told in the preview.

    `replica` comes with its target, user and group.
    """
    if is_journal(replica.target.kind):
        return _of_events(replica)
    work = prepare(replica)
    try:
        with opened(replica.target) as connector, guarded(replica.trace):
            return look(work, connector)
    except DeliveryError as error:
        told = without_secrets(error, work)
        return Preview(replica, Outlook.FAIL, str(told), told.attribute)


def _of_events(replica: Replica) -> Preview:
    bring_up_to_date(replica)
    waiting = events_of(replica).filter(id__gt=replica.delivered)
    count, first = waiting.count(), waiting.first()
    if first is None:
        return Preview(replica, Outlook.NOTHING, "Every event was told. A replay tells the last one again.")
    waiting_events = "1 event waits" if count == 1 else f"{count:,} events wait"
    sentence = f"{waiting_events}, and the first is: {first.document['displayMessage']}."
    return Preview(replica, Outlook.SEND, sentence)


def look(work: Work, connector: AnyConnector) -> Preview:
    """Raises DeliveryError."""
    if reason := _reason_for_nothing(work, connector):
        return Preview(work.replica, Outlook.NOTHING, reason)
    rendered = {} if _is_removal(work) else connector.render(work.document, work.overrides.values)
    if not connector.is_readable:
        sentence = "This target can't be asked what it has."
        return Preview(work.replica, Outlook.UNKNOWN, sentence, lines=_lines(work, connector, None, rendered))
    found = _found(work, connector)
    lines = _lines(work, connector, found, rendered)
    members = _members(work, connector, found)
    outlook, sentence = _outlook(work, found, unchanged=not any(line.changes for line in lines))
    if outlook == Outlook.NOTHING and members and (members.joining or members.leaving):
        outlook, sentence = Outlook.UPDATE, ""
    remote_id = found.remote_id if found else ""
    return Preview(work.replica, outlook, sentence, "", remote_id, lines, members)


def _found(work: Work, connector: AnyConnector) -> Found | None:
    """As the delivery finds it: also what an earlier call may have made under another name."""
    if _is_removal(work):
        return connector.find(work.former or work.document, work.replica.remote_id or None)
    return connector.find(work.document, remote_id_of(work, connector))


def _is_removal(work: Work) -> bool:
    return work.operation == Operation.REMOVE


def _reason_for_nothing(work: Work, connector: AnyConnector) -> str:
    if work.kind not in connector.resource_types:
        return f"This target takes no {work.kind.lower()}s."
    return "It is gone, and the target never had it." if work.is_needless else ""


def _outlook(work: Work, found: Found | None, *, unchanged: bool) -> tuple[Outlook, str]:
    replica = work.replica
    if _is_removal(work):
        return (Outlook.REMOVE, "") if found else (Outlook.NOTHING, "The target has it no more.")
    if work.blocker:
        return Outlook.WAIT, f"Another one is named {replica.name_key!r} in the target."
    if found is None:
        gone = f"The account {replica.remote_id} is gone over there."
        return (Outlook.RECREATE, gone) if replica.remote_id else (Outlook.CREATE, "")
    if owner := _owner(replica, found):
        return Outlook.FAIL, f"The entry {found.remote_id} over there is that of {owner.resource.label}."
    if found.remote_id != replica.remote_id:
        return Outlook.ADOPT, f"The entry {found.remote_id} over there matches."
    if unchanged:
        return Outlook.NOTHING, "The target has exactly this already."
    return Outlook(work.operation.value), ""


def _owner(replica: Replica, found: Found) -> Replica | None:
    others = Replica.objects.of_kind_of(replica)
    return (
        others.filter(remote_id=found.remote_id)
        .exclude(id=replica.id)
        .select_related("user", "group")
        .first()
    )


def _lines(
    work: Work, connector: AnyConnector, found: Found | None, rendered: dict[str, Any]
) -> tuple[Line, ...]:
    veiled = Veil(work, connector)
    there = found.fields if found else {}
    return tuple(
        Line(
            name,
            veiled(name, there.get(name)),
            veiled(name, rendered.get(name)),
            changes=not is_same(there.get(name), rendered.get(name)),
            overridden=name in work.overrides.values,
        )
        for name in names_of(there, rendered)
    )


def _members(work: Work, connector: AnyConnector, found: Found | None) -> Members | None:
    if "members" not in work.document:
        return None
    names = {member["value"]: member["display"] for member in work.document["members"]}
    until = monotonic() + connector.time_limit
    there = set(_in_time(connector.members(found.remote_id), until)) if found else set()
    if len(there) > MEMBERS_READ or monotonic() > until:
        return Members(False, 0, 0, (), ())
    joining = [name for member, name in names.items() if member not in there]
    leaving = sorted(there - names.keys())
    firsts = tuple(joining[:MEMBERS_NAMED]), tuple(leaving[:MEMBERS_NAMED])
    return Members(True, len(joining), len(leaving), *firsts)


def _in_time(members: Iterator[str], until: float) -> Iterator[str]:
    for member in islice(members, MEMBERS_READ + 1):
        if monotonic() > until:
            return
        yield member
