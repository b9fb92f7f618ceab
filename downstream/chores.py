"""What a change of settings and a deletion leave to workers: many rows, part by part, safe to break off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import Q

from downstream.errors import ErrorClass
from downstream.models import Rank, Replica, ReplicaQuerySet, State, Target, Trigger
from tenants.models import Tenant

CHUNK = 500
# Seconds in one turn of a worker: deliveries go on between the parts.
PART = 0.25
# Failures that other settings may end. A bug and what stops workers are not to be tried by themselves.
FREED = (
    ErrorClass.ACCESS,
    ErrorClass.DATA,
    ErrorClass.EXISTS,
    ErrorClass.MISSING,
    ErrorClass.THROTTLED,
    ErrorClass.TRANSIENT,
)
FREE: dict[str, Any] = {"state": State.PENDING, "failures": 0, "trigger": Trigger.SETTINGS}
STAYS = Q(state=State.HELD) | (Q(state=State.PARKED) & ~Q(error_class__in=FREED))


def do_chores(target: Target) -> Target | None:
    """Go on with them for a moment. The target as it is afterwards; None once it is deleted."""
    until = monotonic() + PART
    for part in _parts(target):
        while part(target) and monotonic() < until:
            pass
    return Target.objects.filter(id=target.id).first()


def _parts(target: Target) -> Iterator[Callable[[Target], bool]]:
    if target.is_going:
        yield remove_part
        return
    if target.recompare_after is not None:
        yield recompare_part
    if target.has_rehearsed:
        yield go_live_part


@transaction.atomic
def go_live_part(target: Target) -> bool:
    """Make the next ones due that were only rehearsed. False if those were the last."""
    row = Target.objects.filter(id=target.id, has_rehearsed=True)
    if not row.select_for_update(no_key=True).values_list("id"):
        return False
    ids = _ids(target.replicas.filter(state=State.REHEARSED))
    Replica.objects.filter(id__in=ids).locked().stir(rank=Rank.BULK, state=State.PENDING)
    has_more = len(ids) == CHUNK
    row.update(has_rehearsed=has_more)
    return has_more


@transaction.atomic
def recompare_part(target: Target) -> bool:
    """Make the next replicas due after a change of configuration. False if those were the last."""
    row = Target.objects.filter(id=target.id, recompare_after__isnull=False)
    # With the row in hand nobody else does the same part.
    after = row.select_for_update(no_key=True).values_list("recompare_after", flat=True).first()
    if after is None:
        return False
    ids = _ids(target.replicas.filter(id__gt=after))
    free(Replica.objects.filter(id__in=ids))
    has_more = len(ids) == CHUNK
    row.update(recompare_after=ids[-1] if has_more else None)
    return has_more


def free(replicas: ReplicaQuerySet) -> int:
    """Due anew under other settings, behind fresh changes, and with them failures that these may end."""
    chosen = replicas.exclude(STAYS).locked()
    fresh = list(chosen.due().values_list("id", flat=True))
    others = chosen.exclude(id__in=fresh).stir(rank=Rank.BULK, **FREE)
    return others + Replica.objects.filter(id__in=fresh).stir(**FREE)


def remove_part(target: Target) -> bool:
    """Remove the next replicas of a target that goes, and the target behind the last.

    False at the end, and while deliveries are under way: no more of them are begun.
    """
    if target.replicas.in_hand().exists():
        return False
    with transaction.atomic():
        ids = _ids(target.replicas.all())
        Replica.objects.filter(id__in=ids).locked().delete()
    return len(ids) == CHUNK or not _remove(target)


@transaction.atomic
def _remove(target: Target) -> bool:
    """False if too many changes came in the meantime: those that come now wait, and are not to wait long."""
    Tenant.objects.select_for_update().get(id=target.tenant_id)
    ids = _ids(target.replicas.all())
    if len(ids) == CHUNK:
        return False
    Replica.objects.filter(id__in=ids).locked().delete()
    Target.objects.filter(id=target.id).delete()
    return True


def _ids(replicas: ReplicaQuerySet) -> list[int]:
    return list(replicas.order_by("id").values_list("id", flat=True)[:CHUNK])
