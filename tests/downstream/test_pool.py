"""Threads that deliver: a backlog of one tenant delays nobody else, and a stop leaves nothing half done."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise

import pytest
from django.core.management import call_command

from downstream import pool
from downstream.engine import Turn, take_turn
from downstream.models import Replica
from downstream.pool import TURN, Pool
from downstream.turns import Asking
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.end_to_end.lockstep import eventually
from tests.factories import make_tenant, make_user

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8
Making = Callable[[Tenant], Downstream]


def asking(downstream: Downstream) -> Asking:
    return Asking(downstream.target.id, downstream.target.tenant_id)


@pytest.fixture
def delivering() -> Iterator[Pool]:
    started = Pool(THREADS, partial(take_turn, budget=TURN))
    yield started
    assert started.stop(seconds=10)


def in_hand(downstream: Downstream) -> int:
    return downstream.target.replicas.in_hand().count()


def test_what_is_asked_for_is_delivered(tenant: Tenant, hr: Downstream, delivering: Pool) -> None:
    for number in range(20):
        make_user(tenant, f"user{number}")

    delivering.ask(asking(hr))

    eventually(lambda: hr.store.writes == 20)


def test_thousands_due_on_a_slow_target_do_not_delay_the_single_replica_of_another_tenant(
    make_downstream: Making, delivering: Pool
) -> None:
    greedy = make_tenant("greedy")
    call_command("seed_directory", "greedy", "--users", "2000")
    backlog = make_downstream(greedy)
    backlog.store.delay = 1.0
    # As the sweep and new changes do: more threads are asked for while some are at work.
    for wanted in range(1, backlog.target.concurrency // 2 + 1):
        delivering.ask(asking(backlog))
        eventually(lambda wanted=wanted: in_hand(backlog) >= wanted)  # type: ignore[misc]
    modest = make_downstream(make_tenant("modest"))
    make_user(modest.target.tenant, "ada")
    before = backlog.store.writes

    delivering.ask(asking(modest))
    eventually(lambda: modest.store.writes == 1)

    # A call of the backlog takes a second: no thread of it has come to the end of two.
    assert backlog.store.writes - before <= 2 * backlog.target.concurrency


def test_a_slow_target_does_not_delay_another_one_of_its_tenant(
    tenant: Tenant, hr: Downstream, make_downstream: Making, delivering: Pool
) -> None:
    quick = make_downstream(tenant)
    hr.store.delay = 3.0
    for number in range(THREADS):
        make_user(tenant, f"user{number}")
    delivering.ask(asking(hr))
    eventually(lambda: in_hand(hr) == 1)

    delivering.ask(asking(quick))
    eventually(lambda: quick.store.writes == THREADS)

    assert hr.store.writes == 0


def test_a_stop_lets_calls_end_and_begins_nothing_new(
    tenant: Tenant, hr: Downstream, delivering: Pool
) -> None:
    hr.store.delay = 1.0
    for number in range(4):
        make_user(tenant, f"user{number}")
    delivering.ask(asking(hr))
    eventually(lambda: in_hand(hr) == 1)

    ended = delivering.stop(seconds=10)
    delivering.ask(asking(hr))

    assert ended
    assert hr.store.writes == 1
    assert not Replica.objects.in_hand().exists()


def test_a_stop_does_not_wait_for_ever(tenant: Tenant) -> None:
    begun, ends = threading.Event(), threading.Event()

    def hang(target_id: uuid.UUID) -> Turn:
        begun.set()
        ends.wait(20)
        return Turn()

    one = Pool(1, hang)
    one.ask(Asking(uuid.uuid4(), tenant.id))
    assert begun.wait(10)

    ended = one.stop(seconds=0.1)

    assert not ended
    ends.set()
    assert one.stop(seconds=10)


def test_a_turn_that_breaks_off_ends_no_thread(tenant: Tenant) -> None:
    taken: list[uuid.UUID] = []

    def break_off(target_id: uuid.UUID) -> Turn:
        taken.append(target_id)
        raise RuntimeError("The database is away.")

    one = Pool(1, break_off)
    for number in range(3):
        one.ask(Asking(uuid.uuid4(), tenant.id))
        eventually(lambda number=number: len(taken) == number + 1)  # type: ignore[misc]

    assert one.stop(seconds=10)


def test_who_comes_again_later_is_not_forgotten(tenant: Tenant) -> None:
    """Nor does the thread that takes the turn of somebody else keep it."""
    taken: list[float] = []

    def take(target_id: uuid.UUID) -> Turn:
        taken.append(time.monotonic())
        return Turn(1, again=0.2 if len(taken) < 3 else None)

    one = Pool(2, take)
    one.ask(Asking(uuid.uuid4(), tenant.id))
    eventually(lambda: len(taken) == 3)

    assert one.stop(seconds=10)
    assert all(later - earlier >= 0.2 for earlier, later in pairwise(taken))


def test_a_thread_without_work_ends_and_another_is_started(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "IDLE", 0.05)
    taken: list[uuid.UUID] = []
    before = threading.active_count()

    def take(target_id: uuid.UUID) -> Turn:
        taken.append(target_id)
        return Turn()

    one = Pool(1, take)
    for number in range(2):
        one.ask(Asking(uuid.uuid4(), tenant.id))
        eventually(lambda number=number: len(taken) == number + 1)  # type: ignore[misc]
        eventually(lambda: threading.active_count() == before)
