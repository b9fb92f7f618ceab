"""Replays of many: part by part, with a true count, each once, by rate and approval."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from audit.catalogue import EventType
from directory.services import change_user
from downstream.models import Attempt, Replay, Replica, State, Target
from downstream.refusals import Refusal
from downstream.replay_jobs import (
    approve,
    decline,
    progress_of,
    start_replay,
    starting,
    work_off,
)
from downstream.replays import replay
from downstream.selections import InvalidSelection, Selection
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.jobs import REASON, counts, failed, now, person, run, started, told
from tests.factories import actor
from tests.log import log_events

SYNC = EventType.SYNC_USER


pytestmark = pytest.mark.usefixtures("small_parts")


def test_a_job_makes_due_no_more_than_its_window(
    tenant: Tenant, hr: Downstream, stranger: Downstream
) -> None:
    failed(tenant, hr, 7)
    job = started(tenant)

    work_off(job.id)
    work_off(job.id)

    assert counts(job) == (3, 4, 0, 0, 0)
    assert Replica.objects.due().filter(target=hr.target).count() == 4


def test_a_job_delivers_everything_and_says_so(tenant: Tenant, hr: Downstream) -> None:
    failed(tenant, hr, 7)
    hr.store.refused.clear()
    job = started(tenant)

    ended = run(job, hr)

    assert (ended.state, counts(job)) == (Replay.State.FINISHED, (0, 0, 7, 0, 0))
    assert hr.target.replicas.filter(state=State.SYNCED).count() == 7
    assert told(job, EventType.REPLAY_STARTED) == ["grace"]
    assert told(job, EventType.REPLAY_COMPLETED) == ["system@lockstep"]
    assert told(job, SYNC) == ["grace"] * 7
    event = log_events().filter(event_type=SYNC, transaction_id=job.transaction_id)[0].document
    assert (event["outcome"]["reason"], event["transaction"]["type"]) == (REASON, "JOB")
    assert Attempt.objects.filter(transaction_id=job.transaction_id).count() == 7


def test_what_fails_again_is_counted_and_not_tried_twice(tenant: Tenant, hr: Downstream) -> None:
    failed(tenant, hr, 5)
    hr.store.refused = {"user1", "user3"}
    job = started(tenant)

    ended = run(job, hr)

    assert (ended.state, counts(job)) == (Replay.State.FINISHED, (0, 0, 3, 2, 0))
    assert Attempt.objects.filter(transaction_id=job.transaction_id).count() == 5


def test_each_of_the_total_is_in_one_place_at_every_moment(tenant: Tenant, hr: Downstream) -> None:
    failed(tenant, hr, 6)
    hr.store.refused = {"user2"}
    job = started(tenant)

    seen = [counts(job)]
    for _ in range(6):
        work_off(job.id)
        seen.append(counts(job))
        hr.drain()
        seen.append(counts(job))

    assert {sum(places) for places in seen} == {6}
    assert seen[0] == (6, 0, 0, 0, 0)
    assert seen[-1] == (0, 0, 5, 1, 0)


def test_what_is_changed_before_its_turn_is_overtaken(tenant: Tenant, hr: Downstream) -> None:
    failed(tenant, hr, 6)
    hr.store.refused.clear()
    job = started(tenant)
    work_off(job.id)
    under_way, to_come = hr.target.replicas.order_by("id")[0], hr.target.replicas.order_by("-id")[0]
    for replica in (under_way, to_come):
        assert replica.user is not None
        change_user(tenant, replica.user.id, lambda document: {**document, "title": "Dr"}, by=actor())

    ended = run(job, hr)

    assert (ended.state, counts(job)) == (Replay.State.FINISHED, (0, 0, 4, 0, 2))


def test_two_presses_are_one_job(tenant: Tenant, hr: Downstream) -> None:
    failed(tenant, hr, 5)

    first, second = started(tenant), started(tenant)
    other = started(tenant, Selection(target=hr.target.id))

    assert first == second
    assert other != first
    assert told(first, EventType.REPLAY_STARTED) == ["grace"]


def test_two_jobs_over_the_same_replay_nothing_twice(tenant: Tenant, hr: Downstream) -> None:
    failed(tenant, hr, 5)
    hr.store.refused.clear()
    first, second = started(tenant), started(tenant, Selection(target=hr.target.id))

    for _ in range(6):
        work_off(first.id)
        work_off(second.id)
        hr.drain()

    assert counts(first)[2] + counts(second)[2] == 5
    assert [now(job).state for job in (first, second)] == [Replay.State.FINISHED] * 2
    assert log_events().filter(event_type=SYNC).count() == 5


def test_nothing_that_fits_is_no_job(tenant: Tenant, hr: Downstream, stranger: Downstream) -> None:
    stranger.store.refused.add("ada")
    stranger.drain()

    assert start_replay(tenant, Selection(), by=person()) is None
    assert not Replay.objects.exists()


def test_a_rate_is_kept(tenant: Tenant, hr: Downstream) -> None:
    failed(tenant, hr, 5)
    job = started(tenant, rate=1)

    work_off(job.id)
    work_off(job.id)
    first = counts(job)[1]
    Replay.objects.filter(id=job.id).update(paced_at=timezone.now() - timedelta(seconds=1))
    work_off(job.id)

    assert (first, counts(job)[1]) == (1, 2)


@pytest.mark.parametrize("rate", [0, -1, 10**9])
def test_a_rate_that_is_none_is_refused(tenant: Tenant, hr: Downstream, rate: int) -> None:
    failed(tenant, hr, 1)

    with pytest.raises(InvalidSelection):
        started(tenant, rate=rate)


def test_over_the_tenants_size_a_second_person_is_asked(tenant: Tenant, hr: Downstream) -> None:
    failed(tenant, hr, 4)
    Tenant.objects.filter(id=tenant.id).update(replay_approval_over=3)
    tenant.refresh_from_db()
    job = started(tenant)

    work_off(job.id)
    waiting = (job.state, hr.drain())
    with pytest.raises(Refusal, match="somebody else"):
        approve(job, by=person())
    approved = approve(job, by=person("katherine"))
    work_off(job.id)

    assert waiting == (Replay.State.AWAITING, 0)
    assert approved
    assert counts(job)[1] > 0
    assert told(job, EventType.REPLAY_REQUESTED) == ["grace"]
    assert told(job, EventType.REPLAY_APPROVED) == ["katherine"]
    assert told(job, EventType.REPLAY_STARTED) == ["grace"]
    assert not approve(now(job), by=person("katherine"))


def test_a_job_that_is_declined_replays_nothing(tenant: Tenant, hr: Downstream) -> None:
    failed(tenant, hr, 4)
    tenant.replay_approval_over = 0
    job = started(tenant)

    declined = decline(job, by=person("katherine"))
    work_off(job.id)

    assert declined
    assert (now(job).state, hr.drain()) == (Replay.State.DECLINED, 0)
    assert told(job, EventType.REPLAY_DECLINED) == ["katherine"]
    assert not decline(now(job), by=person("katherine"))


def test_a_small_one_begins_at_once(tenant: Tenant, hr: Downstream, monkeypatch: pytest.MonkeyPatch) -> None:
    failed(tenant, hr, 2)
    monkeypatch.setattr(starting, "CHUNK", 500)

    job = started(tenant)

    assert counts(job) == (0, 2, 0, 0, 0)


def test_a_press_on_one_row_takes_it_out_of_a_job(tenant: Tenant, hr: Downstream) -> None:
    failed(tenant, hr, 2)
    hr.store.refused.clear()
    job = started(tenant)
    work_off(job.id)

    replay(hr.target.replicas.filter(user__user_name="user0"), by=actor(), reason=REASON)
    ended = run(job, hr)

    assert (ended.state, counts(job)) == (Replay.State.FINISHED, (0, 0, 1, 0, 1))


def test_progress_is_asked_for_by_one_statement(
    tenant: Tenant, hr: Downstream, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """What ends meanwhile moves to the counters: two statements would miss it, or count it twice."""
    failed(tenant, hr, 3)
    job = started(tenant)
    work_off(job.id)
    moving = now(job)

    with django_assert_num_queries(1):
        progress_of(moving)
    run(job, hr)
    ended = now(job)
    with django_assert_num_queries(0):
        progress_of(ended)


def test_what_is_only_rehearsed_is_not_told_as_delivered(tenant: Tenant, hr: Downstream) -> None:
    failed(tenant, hr, 2)
    job = started(tenant)
    Target.objects.filter(id=hr.target.id).update(mode=Target.Mode.DRY_RUN)

    ended = run(job, hr)

    assert (ended.state, counts(job)) == (Replay.State.FINISHED, (0, 0, 0, 0, 2))
