"""Replaying: making replicas due again. They bring the resource as it is now."""

from __future__ import annotations

from django.db import transaction

from audit.actor import Actor
from audit.catalogue import EventType
from audit.log_event import Entry
from audit.services import record
from downstream.models import Replica, ReplicaQuerySet, State, Target, Trigger
from downstream.subjects import replica_subjects
from downstream.wakeups import wake_after_commit


@transaction.atomic
def replay(replicas: ReplicaQuerySet, *, by: Actor) -> int:
    """Deliver these again, failures forgotten; safe to call twice. Returns how many.

    A target that is left alone after trouble is tried at once.
    """
    chosen = list(replicas.select_related("target", "user", "group"))
    ids = [replica.pk for replica in chosen]
    count = Replica.objects.filter(id__in=ids).stir(
        state=State.PENDING,
        failures=0,
        crashes=0,
        fingerprint="",
        trigger=Trigger.REPLAY,
        transaction_id=by.transaction_id,
    )
    target_ids = {replica.target_id for replica in chosen}
    Target.objects.filter(id__in=target_ids).update(resume_at=None)
    for replica in chosen:
        record(replica.target.tenant_id, _entry(replica, by))
    wake_after_commit(list(target_ids))
    return count


def _entry(replica: Replica, by: Actor) -> Entry:
    return Entry(
        type=EventType.SYNC_USER,
        actor=by,
        subjects=replica_subjects(replica),
        version=replica.resource.version,
        debug={"error": replica.error[:500]} if replica.error else None,
    )
