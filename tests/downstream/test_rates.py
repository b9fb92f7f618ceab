"""Calls a second: a target is asked no more often than it was said, by however many workers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from downstream.claims import claim, take
from downstream.engine import take_turn
from downstream.models import Attempt, Target
from downstream.pool import TURN, Pool
from downstream.rates import Allowed, allowed
from downstream.turns import Asking
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.end_to_end.lockstep import eventually
from tests.factories import make_user

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
BUDGET = timedelta(seconds=5)


def ask(next_call: float | None, rate: float, most: int = 100) -> Allowed:
    """At noon; the next call may be made so many seconds after it."""
    next_call_at = None if next_call is None else NOON + timedelta(seconds=next_call)
    return allowed(moment=NOON, next_call_at=next_call_at, rate=rate, most=most)


def limit(hr: Downstream, rate: float) -> None:
    Target.objects.filter(id=hr.target.id).update(rate=rate)


def let_time_pass(hr: Downstream) -> None:
    Target.objects.filter(id=hr.target.id).update(next_call_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("next_call", "rate", "calls", "wait"),
    [
        (None, 2, 1, None),
        (-60, 2, 1, None),  # what was not used long ago is not saved up
        (0.5, 2, 0, 0.5),
        (None, 50, 5, None),  # a tenth of a second's worth at once
        (0.04, 50, 3, None),
        (0.1, 50, 0, 0.02),
        (None, 0.01, 1, None),
        (99.0, 0.01, 0, 99.0),
    ],
)
def test_what_a_rate_allows(next_call: float | None, rate: float, calls: int, wait: float | None) -> None:
    answer = ask(next_call, rate)

    assert answer.calls == calls
    assert answer.wait == (None if wait is None else pytest.approx(wait))


def test_no_second_has_more_calls_than_the_rate_and_one_burst() -> None:
    rate, moment, next_call_at, calls = 20.0, NOON, None, list[datetime]()
    for _ in range(400):
        answer = allowed(moment=moment, next_call_at=next_call_at, rate=rate, most=100)
        calls += [moment] * answer.calls
        next_call_at = answer.start + timedelta(seconds=answer.calls / rate)
        moment += timedelta(milliseconds=7)

    per_second = [sum(0 <= (other - call).total_seconds() < 1 for other in calls) for call in calls]

    assert max(per_second) <= rate + 2
    assert len(calls) >= 0.95 * rate * 400 * 0.007


def test_a_turn_ends_when_the_rate_is_used_up_and_says_when_to_come_again(
    tenant: Tenant, hr: Downstream
) -> None:
    for name in ("ada", "bob"):
        make_user(tenant, name)
    limit(hr, 0.5)

    turn = take_turn(hr.target.id, budget=BUDGET)

    assert turn.count == 1
    assert turn.again is not None
    assert 1.0 < turn.again <= 2.0


def test_what_the_rate_holds_back_stays_due_and_untouched(tenant: Tenant, hr: Downstream) -> None:
    for name in ("ada", "bob"):
        make_user(tenant, name)
    limit(hr, 0.5)
    hr.drain()

    (held,) = hr.target.replicas.claimable()
    let_time_pass(hr)
    hr.drain()

    assert (held.lease, held.failures) == (None, 0)
    assert hr.store.writes == 2


def test_who_has_nothing_more_to_deliver_does_not_come_again(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "ada")
    limit(hr, 0.5)

    assert take_turn(hr.target.id, budget=BUDGET).again is None


def test_the_rate_is_one_for_all_workers(tenant: Tenant, hr: Downstream) -> None:
    for name in ("ada", "bob"):
        make_user(tenant, name)
    limit(hr, 0.5)
    elsewhere = Target.objects.get(id=hr.target.id)

    claims = [claim(hr.target), claim(elsewhere)]

    assert [claimed is not None for claimed in claims] == [True, False]


def test_one_target_takes_no_more_in_hand_than_its_rate(tenant: Tenant, hr: Downstream) -> None:
    for number in range(10):
        make_user(tenant, f"user{number}")
    limit(hr, 50)

    assert len(take(hr.target, most=16).claims) == 5


def test_what_needs_no_call_uses_nothing_up(tenant: Tenant, hr: Downstream) -> None:
    for number in range(5):
        make_user(tenant, f"user{number}")
    hr.drain()
    limit(hr, 0.5)
    hr.target.replicas.stir()

    hr.drain()

    assert not hr.target.replicas.claimable().exists()


def test_a_rate_of_nothing_is_no_rate(hr: Downstream) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        limit(hr, 0)


@pytest.fixture
def delivering() -> Iterator[Pool]:
    started = Pool(4, partial(take_turn, budget=TURN))
    yield started
    assert started.stop(seconds=10)


@pytest.mark.django_db(transaction=True)
def test_threads_come_again_by_themselves_and_keep_to_the_rate(
    tenant: Tenant, hr: Downstream, delivering: Pool
) -> None:
    for number in range(6):
        make_user(tenant, f"user{number}")
    limit(hr, 10)

    delivering.ask(Asking(hr.target.id, tenant.id))
    eventually(lambda: hr.store.writes == 6)

    moments = Attempt.objects.filter(replica__target=hr.target).order_by("id")
    first, *_, last = moments.values_list("started_at", flat=True)
    # Five intervals, less what the first call was late.
    assert last - first >= timedelta(seconds=0.35)
