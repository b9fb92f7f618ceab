"""Replays of many that are stopped, resumed, or left by their worker."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.catalogue import EventType
from downstream.claims import claim
from downstream.errors import Transient
from downstream.models import Attempt, Replay, State
from downstream.refusals import Refusal
from downstream.replay_jobs import (
    resume,
    stop,
    work_off,
    work_off_all,
)
from downstream.tasks import work_off_replays
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.jobs import counts, failed, now, person, run, started, told
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("small_parts")


def test_a_stop_gives_back_what_nobody_has_in_hand(tenant: Tenant, hr: Downstream) -> None:
    failed(tenant, hr, 6)
    before = {replica.id: replica.error for replica in hr.target.replicas.all()}
    job = started(tenant)
    work_off(job.id)
    in_hand = claim(hr.target)
    assert in_hand is not None

    stopped = stop(job, by=person("katherine"))

    rest = hr.target.replicas.exclude(id=in_hand.replica.id)
    assert stopped
    assert {replica.id: replica.error for replica in rest} == {
        key: error for key, error in before.items() if key != in_hand.replica.id
    }
    assert {(replica.state, replica.due_at) for replica in rest} == {(State.PARKED, None)}
    assert counts(job) == (5, 1, 0, 0, 0)
    assert told(job, EventType.REPLAY_FAILED) == ["katherine"]
    assert not stop(job, by=person())


def test_a_stopped_job_makes_nothing_due_any_more(tenant: Tenant, hr: Downstream) -> None:
    failed(tenant, hr, 6)
    job = started(tenant)
    work_off(job.id)
    stop(job, by=person())

    work_off(job.id)
    work_off_all()

    assert hr.drain() == 0


def test_a_stopped_job_still_counts_what_was_in_hand(tenant: Tenant, hr: Downstream) -> None:
    failed(tenant, hr, 4)
    job = started(tenant)
    work_off(job.id)
    claim(hr.target)
    stop(job, by=person())
    hr.target.replicas.update(lease_until=timezone.now() - timedelta(seconds=1))
    hr.store.refused.clear()

    hr.drain()
    work_off(job.id)

    assert counts(job) == (3, 0, 1, 0, 0)
    assert not now(job).has_open_end


def test_a_job_that_is_resumed_replays_each_once(tenant: Tenant, hr: Downstream) -> None:
    failed(tenant, hr, 9)
    hr.store.refused = {"user0", "user8"}
    job = started(tenant)
    work_off(job.id)
    hr.drain()
    work_off(job.id)
    stop(job, by=person("katherine"))

    resumed = resume(job, by=person())
    ended = run(job, hr)

    assert resumed
    assert (ended.state, counts(job)) == (Replay.State.FINISHED, (0, 0, 7, 2, 0))
    assert Attempt.objects.filter(transaction_id=job.transaction_id).count() == 9
    assert not resume(job, by=person())


def test_a_job_may_be_stopped_and_resumed_again_and_again(tenant: Tenant, hr: Downstream) -> None:
    failed(tenant, hr, 9)
    hr.store.refused = {"user4"}
    job = started(tenant)

    for _ in range(3):
        work_off(job.id)
        stop(now(job), by=person())
        stopped = counts(job)
        resume(now(job), by=person())
    work_off(job.id)
    hr.drain()
    stop(now(job), by=person())
    resume(now(job), by=person())
    ended = run(job, hr)

    assert stopped == (9, 0, 0, 0, 0)
    assert (ended.state, counts(job)) == (Replay.State.FINISHED, (0, 0, 8, 1, 0))
    assert Attempt.objects.filter(transaction_id=job.transaction_id).count() == 9


def test_a_job_is_not_resumed_beside_another_of_the_same(tenant: Tenant, hr: Downstream) -> None:
    failed(tenant, hr, 3)
    job = started(tenant)
    stop(job, by=person())
    started(tenant)

    with pytest.raises(Refusal, match="same selection"):
        resume(job, by=person())


def test_what_was_retried_by_itself_is_so_again_after_a_stop(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.store.errors.append(Transient("It did not answer."))
    hr.drain()
    job = started(tenant)
    work_off(job.id)

    stop(job, by=person())

    replica = hr.replica(ada)
    assert (replica.state, replica.error) == (State.RETRYING, "It did not answer.")
    assert replica.due_at is not None


def test_a_job_whose_worker_died_is_worked_off_by_another(tenant: Tenant, hr: Downstream) -> None:
    failed(tenant, hr, 3)
    job = started(tenant)
    dead = Replay.objects.filter(id=job.id)
    dead.update(lease=uuid.uuid4(), lease_until=timezone.now() + timedelta(minutes=1))
    work_off(job.id)
    held = counts(job)
    dead.update(lease_until=timezone.now() - timedelta(seconds=1))

    work_off_replays()

    assert held == (3, 0, 0, 0, 0)
    assert counts(job)[1] > 0
