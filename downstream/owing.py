"""Raising what targets owe: called in the transaction of each change, and once for a new target."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from functools import cache, partial
from typing import Any

from django.db import connection
from django.db.models.functions import Now

from audit.actor import Actor
from directory.models import Group, User
from directory.signals import Consequence
from downstream.calls import reached
from downstream.connectors import Journal
from downstream.event_delivery import begin_with_next_change
from downstream.models import Rank, Replica, State, Target, Trigger
from downstream.waiting import Wait, note_after_commit
from downstream.wakeups import Queue, wake_after_commit
from lib.statements import Field, Found, Statement, inserted_fields, literal, prepared

CHUNK = 1000
# What a new version changes. What stopped workers may be gone in it: it gets tries of its own.
RAISED = ("desired", "due_at", "nudge", "state", "crashes", "trigger", "transaction_id")
# What is owed urgently stays urgent until it has been delivered.
_MORE_URGENT = (
    "rank = CASE WHEN {table}.due_at IS NOT NULL AND {table}.rank < EXCLUDED.rank "
    "THEN {table}.rank ELSE EXCLUDED.rank END"
)
_OF: dict[type[User | Group], str] = {User: "user", Group: "group"}
# What a change tells of itself, beside the resource.
_TOLD = ("desired", "nudge", "transaction_id", "rank")
_ID, _TENANT = Target._meta.get_field("id"), Target._meta.get_field("tenant")


def owe(*, resource: User | Group, by: Actor, **_: Any) -> Consequence:
    """One upsert: the replica in each of the tenant's targets is due, in the resource's new version."""
    kind = type(resource)
    told = {
        _OF[kind]: resource.pk,
        "desired": resource.version,
        "nudge": uuid.uuid4(),
        "transaction_id": by.transaction_id,
        "rank": _rank_of(resource).value,
    }
    text, fields = _upsert_of(kind)
    tenant = prepared(_TENANT, resource.tenant_id)
    upsert = Statement(text, [*(prepared(field, told[field.name]) for field in fields), tenant])
    return Consequence((*_wait_for_new_targets(tenant), upsert), partial(_wake, resource, by))


def _rank_of(resource: User | Group) -> Rank:
    takes_away = not resource.is_living or (isinstance(resource, User) and resource.active is False)
    return Rank.URGENT if takes_away else Rank.USUAL


def _wake(resource: User | Group, by: Actor, owing: Found) -> None:
    """The targets that the upsert found, and who wants to see the result of which of them."""
    if owing:
        wake_after_commit([_ID.to_python(target_id) for target_id, *_ in owing])
    if waits := [Wait(replica, resource.pk, resource.version, limit) for _, replica, limit in owing if limit]:
        note_after_commit(by, waits)


@cache
def _upsert_of(kind: type[User | Group]) -> tuple[str, list[Field]]:
    """One replica for each target of a tenant, in the one order in which everybody locks them.

    The text, and the fields whose values it takes before the tenant's; the rest is the same for all.
    """
    quote, raised = connection.ops.quote_name, ", ".join(f"{name} = EXCLUDED.{name}" for name in RAISED)
    told = [field for field in inserted_fields(Replica) if field.name in (_OF[kind], *_TOLD)]
    selected = {"target": "id", "due_at": _now()} | {field.name: "%s" for field in told}
    usual = Replica(state=State.PENDING, trigger=Trigger.CHANGE)
    # Null comes by itself; the database reads the statement with each change.
    written = {
        quote(str(field.column)): value
        for field in inserted_fields(Replica)
        if (value := selected.get(field.name) or literal(prepared(field, getattr(usual, field.attname))))
        != "NULL"
    }
    table = quote(Replica._meta.db_table)
    text = (
        f"INSERT INTO {table} ({', '.join(written)}) "  # noqa: S608  # names only
        f"SELECT {', '.join(written.values())} FROM {quote(Target._meta.db_table)} "
        "WHERE tenant_id = %s ORDER BY id "
        f"ON CONFLICT (target_id, {_OF[kind]}_id) DO UPDATE SET {raised}, "
        f"{_MORE_URGENT.format(table=table)} RETURNING target_id, id, {_wait()}"
    )
    return text, told


def _wait() -> str:
    """How many seconds the target is waited for: told with the rest, so that it costs no question."""
    quote = connection.ops.quote_name
    target, replica = quote(Target._meta.db_table), quote(Replica._meta.db_table)
    healthy = f"mode = {literal(Target.Mode.LIVE.value)} AND trouble_class = ''"
    return f"(SELECT wait_seconds FROM {target} t WHERE t.id = {replica}.target_id AND {healthy})"  # noqa: S608  # names only


def _now() -> str:
    """The database's clock, in its own words."""
    statement, _ = Replica.objects.all().query.get_compiler(connection=connection).compile(Now())
    return str(statement)


def _wait_for_new_targets(tenant: object) -> Iterator[Statement]:
    """Either the change comes first and the backfill finds it, or the target does and is owed the change.

    Meets the lock of `add_target`, and is no part of the upsert, which must look at the targets afterwards.
    SQLite has one writer at a time and needs none.
    """
    if connection.vendor == "postgresql":
        yield Statement("SELECT 1 FROM tenants_tenant WHERE id = %s FOR KEY SHARE", [tenant])


def backfill(target: Target, *, by: Actor) -> int:
    """A new target owes everything that lives in the directory, users first. Returns how many replicas.

    A journal owes what happens from now on, or else everything that the log tells, of the dead as well.
    """
    with reached(target) as endpoint:
        if isinstance(endpoint, Journal) and not endpoint.from_start:
            return begin_with_next_change(target)
        of_the_dead = isinstance(endpoint, Journal)
    count = 0
    for model in (User, Group):
        all_of_them = model.objects.filter(tenant_id=target.tenant_id)
        owed = all_of_them if of_the_dead else all_of_them.living()
        for part in _chunks(owed.order_by("created_at", "id").iterator(chunk_size=CHUNK)):
            _upsert([_replica(target, resource, Trigger.BACKFILL, by) for resource in part], part[0])
            count += len(part)
    wake_after_commit([target.id], Queue.BULK)
    return count


def _replica(target: Target, resource: User | Group, trigger: Trigger, by: Actor) -> Replica:
    return Replica(
        target=target,
        user=resource if isinstance(resource, User) else None,
        group=resource if isinstance(resource, Group) else None,
        desired=resource.version,
        rank=Rank.BULK,
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
