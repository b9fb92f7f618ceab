"""Erasing a person from the log: what is personal goes, in all events of a tenant; the chain stays.

One step looks through a stretch of the log and is one transaction. Broken off, the rest goes on later.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_
from time import monotonic, sleep

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from audit.actor import Actor, system_actor
from audit.catalogue import EventType, Severity
from audit.columns import columns_of
from audit.exports import discard
from audit.guards import REDACTABLE
from audit.log_event import Entry, Subject, SubjectType, canonical
from audit.models import Erasure, Event, Head
from audit.models.remains import opaque
from audit.personal import ERASED, redacted
from audit.retention import segment
from audit.sealing import seal
from audit.services import record
from lib.statements import prepared

# Events that one step looks through. On SQLite it holds the one write lock.
STEPS = {"postgresql": 5000, "sqlite": 1000}
# They name nobody, and are to be read afterwards.
TELLING = (EventType.ERASURE_STARTED, EventType.PERSON_ERASED)
# Between two steps others get their turn.
BREATH = 0.01


@transaction.atomic
def erase(tenant_id: uuid.UUID, person_id: str, *, names: Iterable[str] = (), by: Actor) -> Erasure:
    """Begin to erase a person from all events up to now; `work_off` does it.

    `names` are what they are called besides, such as user names and addresses, now and in former times.
    """
    seal(tenant_id, most=None)
    head = Head.objects.filter(tenant_id=tenant_id).values_list("seq", flat=True).first()
    erasure = Erasure.objects.create(
        tenant_id=tenant_id,
        person_id=person_id,
        names=json.dumps(sorted({name for name in names if name.strip()})),
        until=head or 0,
        transaction_id=by.transaction_id,
        started_at=timezone.now(),
    )
    _tell(EventType.ERASURE_STARTED, erasure, by=by)
    return erasure


def work_off(erasure: Erasure, *, seconds: float | None = None) -> bool:
    """Whether it has come to its end; without a limit it does."""
    until = None if seconds is None else monotonic() + seconds
    while not _step(erasure):
        if until is not None and monotonic() > until:
            return False
        sleep(BREATH)
    return True


def work_off_all(*, seconds: float) -> None:
    """Each that is under way, so long."""
    for erasure in Erasure.objects.filter(ended_at=None).order_by("started_at"):
        work_off(erasure, seconds=seconds)


def mentions(tenant_id: uuid.UUID, person_id: str, names: Iterable[str] = ()) -> int:
    """How many events an erasure would look into."""
    seal(tenant_id, most=None)
    return Event.objects.filter(_mentioning([person_id, *names]), tenant_id=tenant_id).count()


@transaction.atomic
def _step(erasure: Erasure) -> bool:
    """Whether it was the last one. The row's lock keeps others from doing the same."""
    held = Erasure.objects.select_for_update().get(id=erasure.id)
    if held.ended_at is not None:
        return True
    people = [held.person_id, *json.loads(held.names)]
    end = min(held.cursor + STEPS[connection.vendor], held.until)
    held.count += sum(_redact(event, people) for event in _found(held, people, end))
    held.cursor = end
    if end == held.until:
        held.ended_at, held.names = timezone.now(), ""
        held.person_id = opaque(held.person_id)
        # Files that were made before have the person in them.
        discard(held.tenant_id)
        _tell(EventType.PERSON_ERASED, held, by=system_actor(held.transaction_id))
    held.save()
    return held.ended_at is not None


def _found(erasure: Erasure, people: list[str], end: int) -> Iterator[Event]:
    stretch = Event.objects.filter(tenant_id=erasure.tenant_id, seq__gt=erasure.cursor, seq__lte=end)
    told = stretch.filter(_mentioning(people)).exclude(event_type__in=TELLING)
    return told.order_by("seq").iterator(chunk_size=500)


def _mentioning(people: Iterable[str]) -> Q:
    """Where one of these stands alone, in any case: a few too many do no harm."""
    words = (_written(person) for person in people)
    return reduce(or_, (Q(body__icontains=word) | Q(body__contains=word) for word in words))


def _written(word: str) -> str:
    """As it stands in the canonical form of an event."""
    return json.dumps(word, ensure_ascii=False)


def _redact(event: Event, people: list[str]) -> bool:
    """Whether it said anything of them."""
    document, blocks = event.document, json.loads(event.blocks)
    for person in people:
        document, blocks = redacted(document, blocks, person)
    body = canonical(document)
    if body == event.body:
        return False
    columns = {name: value for name, value in columns_of(document).items() if name in REDACTABLE}
    columns["words"] = prepared(Event._meta.get_field("words"), columns["words"])
    said = {"body": body, "blocks": json.dumps(blocks, separators=(",", ":")), **columns}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT audit_redact(%s, %s, %s)",
                [event.tenant_id, event.seq, json.dumps(said, default=str)],
            )
    else:
        Event.objects.filter(tenant_id=event.tenant_id, seq=event.seq).update(**said)
    return True


def _tell(kind: EventType, erasure: Erasure, *, by: Actor) -> None:
    """By the person's id, which says nothing by itself: never by a name."""
    person = Subject(SubjectType.USER, opaque(erasure.person_id), ERASED, ERASED)
    debug = {"erasureId": str(erasure.id)}
    if kind is EventType.PERSON_ERASED:
        debug |= {"events": str(erasure.count), "throughSeq": str(erasure.until)}
    subjects = (segment(erasure.tenant_id), person)
    record(erasure.tenant_id, Entry(kind, by, subjects, severity=Severity.WARN, debug=debug))
