"""Delivering events to journals: one at a time for each resource, in order, none skipped."""

from __future__ import annotations

import uuid
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Case, OuterRef, Subquery, Value, When
from django.db.models.functions import Now

from audit.models import Event
from audit.sealing import seal
from directory.models import Group, User
from downstream import breaker, policy
from downstream.calls import StopsWorkers, guarded
from downstream.claims import Claim, finish
from downstream.connectors.journals import AnyJournal
from downstream.errors import DeliveryError
from downstream.event_feed import (
    OF_GROUPS,
    OF_USERS,
    bring_up_to_date,
    events_of,
    message_of,
    next_event,
)
from downstream.journal import Tried, Watch, log_success, write_attempt
from downstream.models import Replica, State, Target
from downstream.precedence import awaited, wait_for
from downstream.verdicts import CLEAN, fail
from downstream.work import Operation, Work
from lib.clock import moment_in

CHUNK = 1000
# Behind a large backlog of events, a journal looks again after so long.
UNSEALED = timedelta(seconds=1)
# A repeat that a dead worker's call brings about comes under the id of the first: the receiver drops it.
SETTLED: dict[str, Any] = {**CLEAN, "due_at": None, "doubtful_until": None}


def deliver_event(claimed: Claim, journal: AnyJournal) -> bool:
    """The next event of a replica. Whether the target was called.

    Nothing is left out when changes come fast: each of them has its own event.
    """
    replica = claimed.replica
    event = next_or_rest(claimed)
    if event is None:
        return False
    work = work_of(replica, event)
    if replica.crashes >= policy.CRASHES_ALLOWED:
        sentence = f"Workers stopped {replica.crashes} times while delivering this."
        fail(claimed, Tried(work, StopsWorkers(sentence)))
        return False
    if first := awaited(work):
        wait_for(claimed, first)
        return False
    _send(claimed, work, event, journal)
    return True


def next_or_rest(claimed: Claim) -> Event | None:
    """Where there is none, the replica rests; behind a large backlog of the log it looks again soon."""
    is_whole = bring_up_to_date(claimed.replica)
    if event := next_event(claimed.replica):
        return event
    if is_whole:
        finish(claimed, **SETTLED, applied=claimed.replica.desired)
    else:
        finish(claimed, state=State.PENDING, due_at=moment_in(UNSEALED))
    return None


def work_of(replica: Replica, event: Event) -> Work:
    return Work(
        replica=replica,
        version=event.version or replica.desired,
        operation=Operation.SEND,
        document=message_of(event, replica.resource, replica.target.tenant),
        event=event.uuid,
    )


def _send(claimed: Claim, work: Work, event: Event, journal: AnyJournal) -> None:
    watch = Watch()
    error: DeliveryError | None = None
    try:
        with guarded(claimed.replica.trace):
            journal.send(work.document, id=str(event.uuid))
    except DeliveryError as refused:
        error = refused
    tried = watch.tried(work, error)
    if error is None:
        _delivered(claimed, tried, event)
    else:
        fail(claimed, tried)


def _delivered(claimed: Claim, tried: Tried, event: Event) -> None:
    """The cursor moves on by one event; with more to tell, the replica queues up again behind the others."""
    replica = claimed.replica
    is_whole = bring_up_to_date(replica)
    with transaction.atomic():
        following = events_of(replica).filter(id__gt=event.id).first()
        going_on = {} if is_whole and not following else {"state": State.PENDING, "due_at": Now()}
        # Whoever asked for a replay meanwhile gets one.
        undisturbed = When(nudge=replica.nudge, then=Value(event.uuid.hex))
        kept = finish(
            claimed,
            **SETTLED | going_on,
            delivered=event.id,
            applied=_applied(replica, tried.work.version, following) if is_whole else replica.applied,
            applied_at=Now(),
            fingerprint=Case(undisturbed, default=Value("")),
        )
        write_attempt(tried, in_time=kept)
        if kept:
            log_success(tried)
    breaker.forget_strikes(replica.target)


def _applied(replica: Replica, version: int, following: Event | None) -> int:
    """A version is there when the last of its events is: a group's may have one for each member."""
    if following is None:
        return max(version, replica.desired)
    return replica.applied if following.version == version else version


def begin_with_next_change(target: Target) -> int:
    """A new journal starts where the log is now: the past counts as told. Returns 0, what is owed.

    The caller holds the lock that changes of the tenant wait for.
    """
    seal(target.tenant_id, most=None)
    for model, owner, types in ((User, "user", OF_USERS), (Group, "group", OF_GROUPS)):
        last = Event.objects.filter(**{f"{owner}_id": OuterRef("id")}, event_type__in=types).order_by("-id")
        living = model.objects.filter(tenant_id=target.tenant_id).living().order_by("id")
        found = living.annotate(
            last_id=Subquery(last.values("id")[:1]), last_uuid=Subquery(last.values("uuid")[:1])
        ).values_list("id", "version", "last_id", "last_uuid")
        rows = found.iterator(chunk_size=CHUNK)
        while part := [_told(target, owner, *row) for row in islice(rows, CHUNK)]:
            Replica.objects.bulk_create(part, ignore_conflicts=True)
    return 0


def _told(
    target: Target,
    owner: str,
    resource_id: uuid.UUID,
    version: int,
    last_id: int | None,
    last_uuid: uuid.UUID | None,
) -> Replica:
    """A replica to which everything was told."""
    return Replica(
        **{f"{owner}_id": resource_id},
        target=target,
        desired=version,
        applied=version,
        delivered=last_id or 0,
        fingerprint=last_uuid.hex if last_uuid else "",
        state=State.SYNCED,
    )
