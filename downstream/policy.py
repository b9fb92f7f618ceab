"""What each class of error leads to: the one place where that is decided."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

from downstream.errors import DeliveryError, ErrorClass, Throttled
from downstream.models import State

FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=30)
LONGEST_HOLD = timedelta(minutes=5)
TRIES_OF_A_BUG = 3
CRASHES_ALLOWED = 3
STRIKES_ALLOWED = 5
# A group or name that waits is woken by what it waits for; this is for a lost wake-up.
WAIT_STEP = timedelta(minutes=5)
DEFAULT_RETRY_AFTER = timedelta(seconds=30)
# A target may ask for no pause at all, for one in the past, or for a year.
SHORTEST_RETRY_AFTER, LONGEST_RETRY_AFTER = timedelta(seconds=1), timedelta(hours=1)


@dataclass(frozen=True)
class Remedy:
    """How a replica goes on: `delay` None means that only a person, a new version or a replay frees it."""

    state: State
    delay: timedelta | None
    counts: bool = True


def remedy(error: DeliveryError, failures: int) -> Remedy:
    """`failures` counts the failures in a row before this one."""
    match error.error_class:
        case ErrorClass.TRANSIENT:
            return Remedy(State.RETRYING, jitter(failures))
        case ErrorClass.THROTTLED | ErrorClass.ACCESS:
            return Remedy(State.PENDING, timedelta(0), counts=False)
        case ErrorClass.BUG if failures + 1 < TRIES_OF_A_BUG:
            return Remedy(State.RETRYING, jitter(failures))
    return Remedy(State.PARKED, None)


def jitter(failures: int) -> timedelta:
    """Full jitter: anything from 0 to 5 s * 2^failures, at most 30 minutes."""
    longest = min(LONGEST_DELAY, doubled(failures))
    return longest * random.random()  # noqa: S311  # spreads load, hides nothing


def hold(error: DeliveryError, strikes: int) -> timedelta | None:
    """How long the whole target is left alone after `strikes` failures in a row; None if it is not."""
    if isinstance(error, Throttled):
        return _asked_for(error.retry_after)
    match error.error_class:
        case ErrorClass.ACCESS:
            return pause(strikes)
        case ErrorClass.TRANSIENT if strikes >= STRIKES_ALLOWED:
            return pause(strikes - STRIKES_ALLOWED)
    return None


def pause(strikes: int) -> timedelta:
    return min(LONGEST_HOLD, doubled(strikes))


def _asked_for(seconds: float | None) -> timedelta:
    if seconds is None:
        return DEFAULT_RETRY_AFTER
    # In this order not a number (NaN) is the shortest.
    shortest, longest = SHORTEST_RETRY_AFTER.total_seconds(), LONGEST_RETRY_AFTER.total_seconds()
    return timedelta(seconds=min(longest, max(shortest, seconds)))


def doubled(times: int) -> timedelta:
    """The first delay, doubled so many times."""
    return timedelta(seconds=FIRST_DELAY.total_seconds() * float(2 ** min(times, 20)))
