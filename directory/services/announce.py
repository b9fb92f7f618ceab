"""Telling the log and the targets of a change, inside its transaction."""

from __future__ import annotations

from itertools import chain, islice
from typing import Any

from audit.actor import Actor
from audit.catalogue import EventType
from audit.log_event import Change, Entry, Subject, SubjectType
from audit.services import record, recording
from directory.documents import difference
from directory.models import Group, User
from directory.signals import Consequence, changed
from lib.documents import Document
from lib.statements import Found, Statement, together


def announce(resource: User | Group, entries: list[Entry], *, by: Actor) -> None:
    """Log `entries` and raise what targets owe to the resource's new version."""
    record(resource.tenant_id, *entries)
    _with_consequences(resource, by=by)


def announce_new(resource: User | Group, inserted: Statement, created: Entry, *, by: Actor) -> Found:
    """The same with the statement that inserts the resource, and what that returns."""
    recorded = recording(resource.tenant_id, [created])
    found, _ = _with_consequences(resource, inserted, recorded, by=by)
    return found


def _with_consequences(resource: User | Group, *own: Statement, by: Actor) -> list[Found]:
    """The change's own statements, then those of who listens, in one exchange; what its own return."""
    answers: list[tuple[Any, Any]] = changed.send(sender=type(resource), resource=resource, by=by)
    consequences: list[Consequence] = [answer for _, answer in answers if answer]
    found = iter(together(*own, *chain(*(one.statements for one in consequences))))
    own_found = list(islice(found, len(own)))
    for consequence in consequences:
        *_, last = islice(found, len(consequence.statements))
        consequence.settle(last)
    return own_found


def subject_of(resource: User | Group, change: Change | None = None) -> Subject:
    if isinstance(resource, User):
        kind, alternate = SubjectType.USER, resource.user_name
    else:
        kind, alternate = SubjectType.GROUP, resource.external_id or "unknown"
    return Subject(kind, str(resource.id), resource.label, alternate, change)


def change_between(before: Document, after: Document) -> Change | None:
    """What is shown as `changeDetails`; None if nothing differs."""
    old, new = difference(before, after)
    return Change(old, new) if new else None


def entry(kind: EventType, *subjects: Subject, by: Actor, version: int) -> Entry:
    return Entry(type=kind, actor=by, subjects=subjects, version=version)
