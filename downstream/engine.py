"""Delivery: brings what is due in one target up to date with the directory as it is now."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from time import monotonic

from django.db.models import prefetch_related_objects

from downstream import breaker, policy, rates
from downstream.bringing import Done, bring
from downstream.calls import StopsWorkers, guarded
from downstream.chores import do_chores
from downstream.claims import Claim, Hand, release, take
from downstream.connectors import Connector, Journal, open_endpoint
from downstream.connectors.base import AnyConnector, AnyEndpoint
from downstream.errors import DeliveryError
from downstream.event_delivery import deliver_event
from downstream.guard import admits, let_go
from downstream.journal import Tried, Watch
from downstream.models import Target
from downstream.precedence import awaited, wait_for, wake_followers
from downstream.rehearsals import rehearse, rehearse_event
from downstream.trials import note
from downstream.verdicts import block, fail, settle, succeed, wait_for_certainty
from downstream.work import Work, prepare, without_secrets

# A worker takes what it will have delivered in so many seconds, by the pace of what it took before.
HAND_SECONDS = 0.2
MOST_IN_HAND = 16


@dataclass(frozen=True)
class Turn:
    """How many deliveries, and after how many seconds there may be more; None if nobody knows of any."""

    count: int = 0
    again: float | None = None


def drain(target_id: uuid.UUID, *, budget: timedelta) -> int:
    """Deliver what is due in a target until nothing is, or the budget is spent. Returns how many deliveries.

    Safe to call from anywhere, at once and twice: claims keep deliveries apart.
    """
    return take_turn(target_id, budget=budget).count


def take_turn(target_id: uuid.UUID, *, budget: timedelta) -> Turn:
    """The same, for somebody who will come again."""
    target = Target.objects.filter(id=target_id).first()
    if target and target.has_chores:
        target = do_chores(target)
    if target is None or not target.is_worked or not target.replicas.claimable().exists():
        return Turn()
    try:
        with guarded(f"target {target.id}"):
            endpoint = open_endpoint(target.kind, target.settings, time_limit=target.time_limit)
    except DeliveryError as error:
        breaker.trip(target, error)
        return Turn()
    try:
        return _drain(target, endpoint, monotonic() + budget.total_seconds())
    finally:
        endpoint.close()


def _drain(target: Target, endpoint: AnyEndpoint, until: float) -> Turn:
    count, size = 0, 1
    while monotonic() < until:
        hand = take(target, most=size)
        if not hand.claims:
            return Turn(count, again=hand.wait)
        if target.trouble_class and not breaker.probe(target, endpoint, hand.claims[0]):
            release(hand.claims)
            return Turn(count)
        done = _deliver_all(hand, target, endpoint)
        count += done
        # To look is cheaper than to take nothing; what a delivery makes due is seen here as well.
        if size == 1 and not target.replicas.claimable().exists():
            return Turn(count)
        pace = (monotonic() - hand.taken_at) / max(1, done)
        size = max(1, min(MOST_IN_HAND, int(HAND_SECONDS / pace)))
    return Turn(count, again=0.0)


def _deliver_all(hand: Hand, target: Target, endpoint: AnyEndpoint) -> int:
    """Returns how many; the rest is given back when the target has trouble or time runs short."""
    # After the claim: whatever changes from here on nudges the replica.
    prefetch_related_objects([claimed.replica for claimed in hand.claims], "user", "group")
    calls = count = 0
    try:
        for claimed in hand.claims:
            count += 1
            claimed.replica.target, strikes = target, target.strikes
            called = _deliver(claimed, endpoint)
            calls += int(called)
            if target.follower_ids:
                wake_followers(claimed.replica)
            if claimed.replica.held_since:
                let_go(target)
            is_troubled = target.strikes > strikes
            if called and not is_troubled:
                breaker.close(target)
                breaker.widen(target)
            if is_troubled or hand.is_stale:
                break
    finally:
        # Also when a delivery breaks off: that one keeps its lease, and counts as a crash when it runs out.
        release(hand.claims[count:])
    rates.give_back(target, len(hand.claims) - calls)
    return count


def _deliver(claimed: Claim, endpoint: AnyEndpoint) -> bool:
    """What the target can take: a state or an event. Whether it was called."""
    match endpoint:
        case Connector():
            return _bring_up_to_date(claimed, endpoint)
        case Journal() if claimed.replica.target.is_rehearsing:
            return rehearse_event(claimed)
        case Journal():
            return deliver_event(claimed, endpoint)
    raise TypeError(f"{type(endpoint).__name__} is neither a connector nor a journal.")


def _bring_up_to_date(claimed: Claim, connector: AnyConnector) -> bool:
    work = prepare(claimed.replica)
    if claimed.replica.crashes >= policy.CRASHES_ALLOWED:
        sentence = f"Workers stopped {claimed.replica.crashes} times while delivering this."
        fail(claimed, Tried(work, StopsWorkers(sentence)))
    elif work.is_needless or work.is_known or work.kind not in connector.resource_types:
        settle(claimed, work)
    elif work.blocker:
        block(claimed, work, work.blocker)
    elif work.is_unsettled:
        wait_for_certainty(claimed)
    elif claimed.replica.target.is_rehearsing:
        rehearse(claimed, work, connector)
        return True
    elif first := awaited(work):
        wait_for(claimed, first)
    elif admits(claimed, work) and note(claimed, work):
        _call(claimed, work, connector)
        return True
    return False


def _call(claimed: Claim, work: Work, connector: AnyConnector) -> None:
    """Whatever the connector does, the replica gets a verdict."""
    watch = Watch()
    error: DeliveryError | None = None
    done = Done("", work.operation)
    try:
        with guarded(claimed.replica.trace):
            done = bring(claimed, work, connector)
    except DeliveryError as refused:
        error = without_secrets(refused, work)
    tried = watch.tried(replace(work, operation=done.operation), error)
    if error is None:
        succeed(claimed, tried, done.remote_id)
    else:
        fail(claimed, tried)
