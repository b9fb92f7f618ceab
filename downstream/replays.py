"""Replaying: making replicas due again. They bring the resource as it is now."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from itertools import groupby

from django.db import transaction

from audit.actor import Actor
from audit.catalogue import EventType
from audit.log_event import Entry
from audit.services import record
from downstream.models import Rank, Replay, Replica, ReplicaQuerySet, State, Target, Trigger
from downstream.subjects import replica_subjects
from downstream.wakeups import Queue, wake_after_commit
from lib.parts import parts

CHUNK = 500
# What it may tell, in letters.
LONGEST_REASON = 1000


def replay(replicas: ReplicaQuerySet, *, by: Actor, reason: str = "") -> int:
    """Deliver these few again, failures forgotten; safe to call twice. Returns how many.

    A target that is left alone after trouble is tried at once. Each part is a transaction of its own, so that
    a large replay stops no change of the directory; one that is cut short is simply called again.
    """
    ids = list(replicas.order_by().values_list("pk", flat=True))
    return sum(_replay(part, by, reason) for part in parts(ids, CHUNK))


@transaction.atomic
def _replay(ids: Sequence[int], by: Actor, reason: str) -> int:
    chosen = Replica.objects.filter(id__in=ids)
    try_at_once(chosen.target_ids())
    return make_due(chosen, by=by, reason=reason)


def try_at_once(target_ids: Sequence[uuid.UUID]) -> None:
    """A target that is left alone after trouble is not waited for. In the caller's transaction."""
    for target_id in sorted(target_ids):
        Target.objects.filter(id=target_id).update(resume_at=None)


def make_due(chosen: ReplicaQuerySet, *, by: Actor, reason: str = "", job: Replay | None = None) -> int:
    """At most a part of a replay, in the caller's transaction. Returns how many were still `chosen`."""
    chosen.locked()
    # What is locked stays as it is: what was changed before that may be chosen no more.
    locked = Replica.objects.filter(id__in=list(chosen.order_by().values_list("pk", flat=True)))
    _log(locked, by, reason)
    wake_after_commit(locked.target_ids(), Queue.BULK if job else Queue.DRAIN)
    return locked.stir(
        state=State.PENDING,
        failures=0,
        crashes=0,
        fingerprint="",
        rank=Rank.BULK if job else Rank.USUAL,
        trigger=Trigger.REPLAY,
        transaction_id=by.transaction_id,
        replay=job,
    )


def _log(replicas: ReplicaQuerySet, by: Actor, reason: str) -> None:
    rows = replicas.select_related("target", "user", "group").order_by("target__tenant", "id")
    light = rows.defer("user__document", "group__document")
    for tenant_id, own in groupby(light, key=lambda replica: replica.target.tenant_id):
        record(tenant_id, *[_entry(replica, by, reason) for replica in own])


def _entry(replica: Replica, by: Actor, reason: str) -> Entry:
    return Entry(
        type=EventType.SYNC_USER,
        actor=by,
        subjects=replica_subjects(replica),
        reason=reason or None,
        version=replica.resource.version,
        debug={"deliveryId": str(replica.pk), **({"error": replica.error[:500]} if replica.error else {})},
    )
