"""Taking a replica in hand and giving it back: leases by the database's clock, fenced by a token."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce, Greatest, Now

from downstream.clock import moment_in
from downstream.models import Replica, State, Target


@dataclass(frozen=True)
class Claim:
    """A replica in the hands of one worker until its lease runs out."""

    replica: Replica
    lease: uuid.UUID


_DOUBT = Coalesce(F("doubtful_until"), Now())


def claim(target: Target) -> Claim | None:
    """The replica that is due longest, if there is one and the target takes another call.

    None, too, once the target has other settings than those of `target`, whose connector is out of date.
    """
    with transaction.atomic():
        # One claim of a target at a time, so that live leases can be counted.
        as_read = Target.objects.filter(id=target.id, mode=target.mode, config_version=target.config_version)
        if not as_read.select_for_update(no_key=True).values_list("id"):
            return None
        if target.replicas.in_hand().count() >= target.concurrency:
            return None
        free = target.replicas.claimable().order_by("due_at", "id")
        replica = free.select_for_update(skip_locked=True, of=("self",)).first()
        return _take(replica, target) if replica else None


def _take(replica: Replica, target: Target) -> Claim:
    """An old lease that ran out belongs to a worker that died or hangs: its write may still land."""
    lease, orphaned = uuid.uuid4(), replica.lease is not None
    Replica.objects.filter(id=replica.id).update(
        lease=lease,
        lease_until=moment_in(target.lease_time),
        doubtful_until=moment_in(target.lease_time) if orphaned else F("doubtful_until"),
        crashes=F("crashes") + int(orphaned),
    )
    replica.refresh_from_db(fields=["doubtful_until", "crashes"])
    return Claim(replica, lease)


def finish(claim: Claim, *, state: State, due_at: Any, **changes: Any) -> bool:
    """Give the replica back with what became of it.

    False if the lease was lost: then it is due again, and doubtful.

    Whoever made it due in the meantime (a newer version, a replay) wins over `state` and `due_at`.
    """
    undisturbed = Q(nudge=claim.replica.nudge)
    finished = Replica.objects.filter(id=claim.replica.id, lease=claim.lease).update(
        state=Case(When(undisturbed, then=Value(state.value)), default=Value(State.PENDING.value)),
        due_at=Case(When(undisturbed, then=due_at), default=Now()),
        lease=None,
        lease_until=None,
        **changes,
    )
    if not finished:
        # Not sooner than another dead worker's write may land.
        Replica.objects.filter(id=claim.replica.id).stir(doubtful_until=Greatest(_DOUBT, Now()))
    return bool(finished)
