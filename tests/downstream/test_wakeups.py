"""Wake-ups and the sweep: nothing hangs on a broker."""

from __future__ import annotations

import uuid
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone

from downstream import pool, sweep, wakeups
from downstream.engine import drain, take_turn
from downstream.models import Rank, Sweep
from downstream.sweep import Sweeper, hold_lease, owed_targets
from downstream.tasks import wake
from downstream.wakeups import Queue
from tenants.models import Tenant
from tests.downstream.conftest import Downstream, publish_into
from tests.end_to_end.lockstep import eventually
from tests.factories import make_user


@pytest.fixture
def broken_broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker whose folder is not there: publishing raises, as it does when somebody deletes it."""
    publish_into(tmp_path / "nowhere" / "at" / "all", monkeypatch)


def drain_here(target_id: uuid.UUID) -> None:
    """What the pool does, without its threads."""
    drain(target_id, budget=timedelta(seconds=20))


@pytest.mark.django_db(transaction=True)
def test_a_task_that_runs_twice_delivers_once(
    tenant: Tenant, hr: Downstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = pool.Pool(2, partial(take_turn, budget=pool.TURN))
    monkeypatch.setattr(pool, "_pool", lambda: threads)
    make_user(tenant, "ada")

    wake(str(hr.target.id))
    wake(str(hr.target.id))

    eventually(lambda: not hr.target.replicas.backlog().exists())
    assert threads.stop(seconds=10)
    assert hr.store.writes == 1


def test_a_wake_up_for_a_target_that_is_gone_is_harmless(db: None) -> None:
    wake(str(uuid.uuid4()))


def test_one_worker_sweeps_until_its_term_is_over(db: None) -> None:
    first, second = uuid.uuid4(), uuid.uuid4()

    held = [hold_lease(first), hold_lease(second), hold_lease(first)]
    Sweep.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    taken_over = hold_lease(second)

    assert held == [True, False, True]
    assert taken_over


def test_a_broken_broker_is_reported_and_raises_nothing(hr: Downstream, broken_broker: None) -> None:
    assert wakeups.publish(hr.target.id) is False


@pytest.mark.parametrize("queue", Queue)
def test_each_queue_has_messages_of_its_own(hr: Downstream, broker: Path, queue: Queue) -> None:
    assert wakeups.publish(hr.target.id, queue)

    assert [message.suffixes[-2] for message in broker.glob("*.msg")] == [f".{queue}"]


def test_a_worker_serves_all_queues_unless_it_is_told_otherwise() -> None:
    assert set(wake.app.amqp.queues.consume_from) == set(Queue)


def test_the_sweep_delivers_itself_when_the_broker_takes_nothing(
    tenant: Tenant, hr: Downstream, broken_broker: None
) -> None:
    make_user(tenant, "ada")

    Sweeper(drain_here).sweep()

    assert hr.store.writes == 1


def test_the_sweep_delivers_itself_when_wake_ups_lead_nowhere(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "ada")
    sweeper = Sweeper(drain_here)

    for _ in range(sweep.PATIENCE + 1):
        sweeper.sweep()

    assert hr.store.writes == 1


def test_the_sweep_finds_only_targets_that_are_owed_something(
    tenant: Tenant, hr: Downstream, stranger: Downstream
) -> None:
    stranger.drain()
    make_user(tenant, "ada")

    assert owed_targets() == {hr.target.id: Queue.DRAIN}


def test_what_is_owed_in_bulk_only_is_called_for_by_another_queue(
    tenant: Tenant, hr: Downstream, stranger: Downstream
) -> None:
    make_user(tenant, "ada")
    stranger.target.replicas.update(rank=Rank.BULK)

    assert owed_targets() == {hr.target.id: Queue.DRAIN, stranger.target.id: Queue.BULK}


def test_the_sweep_goes_on_after_whatever_error(monkeypatch: pytest.MonkeyPatch) -> None:
    sweeper, rounds = Sweeper(), []

    def break_off(holder: uuid.UUID) -> bool:
        rounds.append(holder)
        if len(rounds) == 2:
            sweeper.stop()
        raise RuntimeError("Nobody thought of this.")

    monkeypatch.setattr(sweep, "STEP", 0.01)
    monkeypatch.setattr(sweep, "close_old_connections", lambda: None)
    monkeypatch.setattr(sweep, "hold_lease", break_off)

    sweeper.run()

    assert len(rounds) == 2


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_committed_is_no_failure_where_no_thread_can_be_started(
    tenant: Tenant, hr: Downstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(publisher: wakeups.Publisher) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(wakeups.Publisher, "start", refuse)

    ada = make_user(tenant, "ada")

    assert hr.replica(ada).due_at is not None


def test_a_full_queue_of_wake_ups_drops_them(monkeypatch: pytest.MonkeyPatch) -> None:
    publisher = wakeups.Publisher(capacity=1)
    monkeypatch.setattr(publisher, "start", lambda: None)

    for _ in range(3):
        publisher.add(((uuid.uuid4(), Queue.DRAIN),))

    assert publisher.waiting == 1
