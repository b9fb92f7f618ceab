"""Raising what targets owe: called in the transaction of each change, and once for a new target."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from django.db import connection
from django.db.models.functions import Now

from audit.actor import Actor
from directory.models import Group, User
from downstream.models import Replica, State, Target, Trigger
from downstream.wakeups import wake_after_commit
from lib.statements import Statement, columns_of, inserted_fields, together, values_of

CHUNK = 1000
# What a new version changes. What stopped workers may be gone in it: it gets tries of its own.
RAISED = ("desired", "due_at", "nudge", "state", "crashes", "trigger", "transaction_id")
# The statement of `owe` selects the targets itself.
_NO_TARGET = Target()
_ID, _TENANT = Target._meta.get_field("id"), Target._meta.get_field("tenant")


def owe(*, resource: User | Group, by: Actor, **_: Any) -> None:
    """One upsert: the replica in each of the tenant's targets is due, in the resource's new version."""
    replica = _replica(_NO_TARGET, resource, Trigger.CHANGE, by)
    values = [value for field, value in values_of(replica).items() if field.name not in _SELECTED]
    tenant = _TENANT.get_db_prep_save(resource.tenant_id, connection)
    upsert = Statement(_statement(type(resource)), [*values, tenant])
    found = together(*_wait_for_new_targets(tenant), upsert)[-1]
    if owing := [_ID.to_python(target_id) for (target_id,) in found]:
        wake_after_commit(owing)


@cache
def _statement(model: type[User | Group]) -> str:
    """One replica for each target of a tenant, in the one order in which everybody locks them."""
    quote = connection.ops.quote_name
    selected = [
        _SELECTED[field.name]() if field.name in _SELECTED else "%s" for field in inserted_fields(Replica)
    ]
    raised = ", ".join(f"{quote(name)} = EXCLUDED.{quote(name)}" for name in RAISED)
    resource = "user_id" if model is User else "group_id"
    return (
        f"INSERT INTO {quote(Replica._meta.db_table)} ({columns_of(Replica)}) "  # noqa: S608  # names only
        f"SELECT {', '.join(selected)} FROM {quote(Target._meta.db_table)} WHERE tenant_id = %s ORDER BY id "
        f"ON CONFLICT (target_id, {resource}) DO UPDATE SET {raised} RETURNING target_id"
    )


def _now() -> str:
    """The database's clock, in its own words."""
    statement, _ = Replica.objects.all().query.get_compiler(connection=connection).compile(Now())
    return str(statement)


_SELECTED: dict[str, Callable[[], str]] = {"target": lambda: "id", "due_at": _now}


def _wait_for_new_targets(tenant: object) -> Iterator[Statement]:
    """Either the change comes first and the backfill finds it, or the target does and is owed the change.

    Meets the lock of `add_target`, and is no part of the upsert, which must look at the targets afterwards.
    SQLite has one writer at a time and needs none.
    """
    if connection.vendor == "postgresql":
        yield Statement("SELECT 1 FROM tenants_tenant WHERE id = %s FOR KEY SHARE", [tenant])


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
        update_fields=RAISED,
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
