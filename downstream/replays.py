"""Replaying: making replicas due again. They bring the resource as it is now."""

from __future__ import annotations

from itertools import groupby

from django.db import transaction

from audit.actor import Actor
from audit.catalogue import EventType
from audit.log_event import Entry
from audit.services import record
from downstream.models import Replica, ReplicaQuerySet, State, Target, Trigger
from downstream.subjects import replica_subjects
from downstream.wakeups import wake_after_commit

CHUNK = 500


def replay(replicas: ReplicaQuerySet, *, by: Actor) -> int:
    """Deliver these again, failures forgotten; safe to call twice. Returns how many.

    A target that is left alone after trouble is tried at once. Each part is a transaction of its own, so that
    a large replay stops no change of the directory; one that is cut short is simply called again.
    """
    ids = list(replicas.order_by().values_list("pk", flat=True))
    return sum(_replay(ids[start : start + CHUNK], by) for start in range(0, len(ids), CHUNK))


@transaction.atomic
def _replay(ids: list[int], by: Actor) -> int:
    chosen = Replica.objects.filter(id__in=ids)
    target_ids = sorted(chosen.target_ids())
    for target_id in target_ids:
        Target.objects.filter(id=target_id).update(resume_at=None)
    chosen.locked()
    _log(chosen, by)
    wake_after_commit(target_ids)
    return chosen.stir(
        state=State.PENDING,
        failures=0,
        crashes=0,
        fingerprint="",
        trigger=Trigger.REPLAY,
        transaction_id=by.transaction_id,
    )


def _log(replicas: ReplicaQuerySet, by: Actor) -> None:
    rows = replicas.select_related("target", "user", "group").order_by("target__tenant", "id")
    light = rows.defer("user__document", "group__document")
    for tenant_id, own in groupby(light, key=lambda replica: replica.target.tenant_id):
        record(tenant_id, *[_entry(replica, by) for replica in own])


def _entry(replica: Replica, by: Actor) -> Entry:
    return Entry(
        type=EventType.SYNC_USER,
        actor=by,
        subjects=replica_subjects(replica),
        version=replica.resource.version,
        debug={"error": replica.error[:500]} if replica.error else None,
    )
