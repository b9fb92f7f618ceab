"""Raising what targets owe: called in the transaction of each change, and once for a new target."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models.functions import Now

from audit.actor import Actor
from directory.models import Group, User
from downstream.models import Replica, State, Target, Trigger
from downstream.wakeups import wake_after_commit

CHUNK = 1000


def owe(*, resource: User | Group, by: Actor, **_: Any) -> None:
    """One upsert: the replica in each of the tenant's targets is due, in the resource's new version."""
    _wait_for_new_targets(resource)
    targets = list(Target.objects.filter(tenant_id=resource.tenant_id).only("id").order_by("id"))
    if not targets:
        return
    _upsert([_replica(target, resource, Trigger.CHANGE, by) for target in targets], resource)
    wake_after_commit([target.id for target in targets])


def _wait_for_new_targets(resource: User | Group) -> None:
    """Either the change comes first and the backfill finds it, or the target does and is owed the change.

    Meets the lock of `add_target`. SQLite has one writer at a time and needs none.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM tenants_tenant WHERE id = %s FOR KEY SHARE", [resource.tenant_id])


def backfill(target: Target, *, by: Actor) -> int:
    """A new target owes everything that lives in the directory, users first. Returns how many replicas."""
    count = 0
    for model in (User, Group):
        living = model.objects.filter(tenant_id=target.tenant_id).living().order_by("created_at", "id")
        for part in _chunks(living.iterator(chunk_size=CHUNK)):
            _upsert([_replica(target, resource, Trigger.BACKFILL, by) for resource in part], part[0])
            count += len(part)
    wake_after_commit([target.id])
    return count


def _replica(target: Target, resource: User | Group, trigger: Trigger, by: Actor) -> Replica:
    return Replica(
        target=target,
        user=resource if isinstance(resource, User) else None,
        group=resource if isinstance(resource, Group) else None,
        desired=resource.version,
        due_at=Now(),
        nudge=uuid.uuid4(),
        state=State.PENDING,
        trigger=trigger,
        transaction_id=by.transaction_id,
    )


def _upsert(replicas: list[Replica], sample: User | Group) -> None:
    Replica.objects.bulk_create(
        replicas,
        update_conflicts=True,
        unique_fields=["target", "user" if isinstance(sample, User) else "group"],
        # What stopped workers may be gone in the new version: it gets tries of its own.
        update_fields=["desired", "due_at", "nudge", "state", "crashes", "trigger", "transaction_id"],
    )


def _chunks(resources: Iterable[Any]) -> Iterable[list[Any]]:
    part: list[Any] = []
    for resource in resources:
        part.append(resource)
        if len(part) == CHUNK:
            yield part
            part = []
    if part:
        yield part
