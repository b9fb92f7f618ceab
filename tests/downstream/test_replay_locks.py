"""Replays of many while others press, stop and work at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from downstream.models import Replay, Replica, State
from downstream.replay_jobs import parts, progress_of, start_replay, starting, stop, work_off
from downstream.selections import Selection
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.test_locks import closing, overlap
from tests.factories import actor, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def failures(tenant: Tenant, hr: Downstream, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six, replayed in parts of two."""
    monkeypatch.setattr(parts, "CHUNK", 2)
    monkeypatch.setattr(starting, "CHUNK", 0)
    for number in range(6):
        make_user(tenant, f"user{number}")
    hr.store.refused |= {f"user{number}" for number in range(6)}
    hr.drain()


def begin(tenant: Tenant) -> Replay:
    job = start_replay(tenant, Selection(), by=actor())
    assert job is not None
    return job


def test_two_presses_at_the_same_moment_are_one_job(tenant: Tenant, hr: Downstream) -> None:
    begun: list[Replay] = []

    overlap(lambda: begun.append(begin(tenant)), lambda: begun.append(begin(tenant)))

    assert begun[0] == begun[1]
    assert Replay.objects.count() == 1


def test_a_stop_during_a_part_gives_that_part_back(tenant: Tenant, hr: Downstream) -> None:
    job = begin(tenant)

    overlap(lambda: parts.make_parts_due(job.id), lambda: stop(job, by=actor()))

    progress = progress_of(Replay.objects.get(id=job.id))
    assert not Replica.objects.due().filter(target=hr.target).exists()
    assert set(hr.target.replicas.values_list("state", flat=True)) == {State.PARKED}
    assert (progress.to_come, progress.under_way) == (6, 0)


def test_a_part_that_comes_after_the_stop_makes_nothing_due(tenant: Tenant, hr: Downstream) -> None:
    job = begin(tenant)

    overlap(lambda: stop(job, by=actor()), lambda: parts.make_parts_due(job.id))

    assert not Replica.objects.due().filter(target=hr.target).exists()


def test_workers_that_work_a_job_off_at_once_replay_each_once(tenant: Tenant, hr: Downstream) -> None:
    hr.store.refused.clear()
    job = begin(tenant)

    with ThreadPoolExecutor(4) as pool:
        rounds = [pool.submit(closing(lambda: work_off(job.id))) for _ in range(8)]
        rounds += [pool.submit(closing(hr.drain)) for _ in range(4)]
        for one in rounds:
            one.result()
    work_off(job.id)
    hr.drain()
    work_off(job.id)

    progress = progress_of(Replay.objects.get(id=job.id))
    assert (progress.delivered, progress.failed, progress.overtaken) == (6, 0, 0)
    assert Replay.objects.get(id=job.id).state == Replay.State.FINISHED
