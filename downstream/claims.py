"""Taking a replica in hand and giving it back: leases by the database's clock, fenced by a token."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, F, Q, Value, When
from django.db.models.functions import Coalesce, Greatest, Now

from downstream import rates
from downstream.models import Rank, Replica, State, Target
from lib.clock import moment_in

# What is read anew with each claim: others change it.
STANDING = (
    "concurrency",
    "rate",
    "next_call_at",
    "trouble_class",
    "strikes",
    "resume_at",
    "allowance",
)
# Seconds that a lease lasts longer than the longest delivery, less what getting there may take.
LEASE_TO_SPARE = 2.0


@dataclass(frozen=True)
class Claim:
    """A replica in the hands of one worker until its lease runs out."""

    replica: Replica
    lease: uuid.UUID


_DOUBT = Coalesce(F("doubtful_until"), Now())


@dataclass(frozen=True)
class Hand:
    """What one worker took at once, under one lease; it makes one call after the other.

    `wait`: nothing was taken because of the target's rate, and the next call may be made in so many seconds.
    """

    claims: list[Claim] = field(default_factory=list)
    wait: float | None = None
    taken_at: float = field(default_factory=monotonic)

    @property
    def is_stale(self) -> bool:
        """Too old for another call to end before the lease does."""
        return monotonic() - self.taken_at > LEASE_TO_SPARE


def claim(target: Target) -> Claim | None:
    """The replica that comes first, if there is one and the target takes another call."""
    return next(iter(take(target, most=1).claims), None)


def take(target: Target, *, most: int) -> Hand:
    """What comes first: urgent before usual before bulk, then what is due longest.

    `target` learns how it stands now. Nothing once it has other settings than when it was read, whose
    connector is out of date.
    """
    with transaction.atomic():
        # One claim of a target at a time, so that live leases can be counted.
        if not _look_again(target):
            return Hand()
        leases = target.replicas.in_hand().aggregate(count=Count("lease", distinct=True))["count"]
        if leases >= target.seats:
            return Hand()
        # After trouble each single call tells how it stands.
        most = 1 if target.is_recovering else most
        granted = rates.ask(target, most)
        if granted and not granted.calls:
            # Who has no more to deliver is not to come again.
            return Hand(wait=granted.wait if target.replicas.claimable().exists() else None)
        hand = _take(_first_due(target, granted.calls if granted else most), target)
        if granted and hand.claims:
            rates.take(target, granted, len(hand.claims))
        return hand


def _look_again(target: Target) -> bool:
    """Locks it. False if it is paused or configured otherwise since it was read, or gone."""
    as_read = Target.objects.filter(id=target.id, mode=target.mode, config_version=target.config_version)
    try:
        target.refresh_from_db(fields=STANDING, from_queryset=as_read.select_for_update(no_key=True))
    except Target.DoesNotExist:
        return False
    return True


def _first_due(target: Target, most: int) -> list[Replica]:
    """Rank by rank, so that the index leads past what lies in the future."""
    found: list[Replica] = []
    for rank in Rank:
        if len(found) < most:
            free = target.replicas.claimable([rank]).order_by("due_at", "id")
            locked = free.select_for_update(skip_locked=True, of=("self",))
            found += locked[: most - len(found)]
    return found


def _take(replicas: list[Replica], target: Target) -> Hand:
    lease = uuid.uuid4()
    alone = next((place for place, replica in enumerate(replicas) if _is_suspect(replica)), len(replicas))
    if alone == 0:
        return Hand([_take_suspect(replica, target, lease) for replica in replicas[:1]])
    chosen = replicas[:alone]
    Replica.objects.filter(id__in=[replica.id for replica in chosen]).update(
        lease=lease, lease_until=moment_in(target.lease_time)
    )
    return Hand([Claim(replica, lease) for replica in chosen])


def _is_suspect(replica: Replica) -> bool:
    """It may have stopped a worker. The next time it is taken alone, so that no other gets the blame."""
    return replica.lease is not None or replica.crashes > 0


def _take_suspect(replica: Replica, target: Target, lease: uuid.UUID) -> Claim:
    """An old lease that ran out belongs to a worker that died or hangs: its write may still land."""
    orphaned = replica.lease is not None
    Replica.objects.filter(id=replica.id).update(
        lease=lease,
        lease_until=moment_in(target.lease_time),
        doubtful_until=moment_in(target.lease_time) if orphaned else F("doubtful_until"),
        crashes=F("crashes") + int(orphaned),
    )
    replica.refresh_from_db(fields=["doubtful_until", "crashes"])
    return Claim(replica, lease)


def renew(claim: Claim, target: Target) -> bool:
    """The lease from now on anew. False if it was lost."""
    held = Replica.objects.filter(id=claim.replica.id, lease=claim.lease)
    return bool(held.update(lease_until=moment_in(target.lease_time)))


def release(claims: Iterable[Claim]) -> None:
    """Give back what was not touched. One by one: who makes many due at once locks them in another order."""
    for claim in claims:
        held = Replica.objects.filter(id=claim.replica.id, lease=claim.lease)
        held.update(lease=None, lease_until=None)


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
