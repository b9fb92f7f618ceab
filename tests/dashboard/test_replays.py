"""Replays of many, from the preview to the end."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from audit.catalogue import EventType
from downstream.models import FailureGroup, Replay, Replica, State, Target
from downstream.replay_jobs import start_replay, starting, work_off
from downstream.selections import Selection
from tenants.models import Tenant
from tests.dashboard.conftest import Stranger
from tests.dashboard.deliveries import deliver, fail, mend
from tests.dashboard.reading import HTMX, buttons_to, text_of
from tests.factories import actor, make_user
from tests.log import log_events

STEPS = ("stop-replay", "resume-replay", "approve-replay", "decline-replay")


@pytest.fixture(autouse=True)
def nothing_begins_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "CHUNK", 0)


@pytest.fixture
def failed(tenant: Tenant, target: Target) -> list[Replica]:
    fail(target, *(make_user(tenant, name) for name in ("ada", "bob", "carl")))
    return list(target.replicas.all())


def begin(pages: Client, **query: object) -> Replay:
    response = pages.post(
        f"{reverse('new-replay')}?{'&'.join(f'{k}={v}' for k, v in query.items())}",
        {"reason": "The departments are there now."},
    )
    job = Replay.objects.exclude(tenant__name="strangers").get()
    assert response["Location"] == reverse("replay-job", args=[job.id])
    return job


def test_the_preview_tells_how_many_and_shows_the_first(
    pages: Client, target: Target, failed: list[Replica]
) -> None:
    page = text_of(pages.get(reverse("new-replay"), {"target": str(target.id)}))

    assert "Replay 3: Failures of HR" in page
    assert '<td class="number" data-label="Create">3</td>' in page
    assert [f'hx-get="{reverse("preview", args=[replica.id])}"' in page for replica in failed] == [True] * 3
    assert not Replay.objects.exists()


def test_a_replay_needs_a_reason(pages: Client, failed: list[Replica]) -> None:
    response = pages.post(reverse("new-replay"), {"reason": " "})

    assert "This field is required" in text_of(response)
    assert not Replay.objects.exists()


def test_a_replay_of_a_cause_is_begun_watched_and_ends(
    pages: Client, tenant: Tenant, target: Target, failed: list[Replica]
) -> None:
    group = FailureGroup.objects.get(target=target)
    mend(target)
    job = begin(pages, failure_group=group.id)

    begun = text_of(pages.get(reverse("replay-job", args=[job.id])))
    work_off(job.id)
    deliver(target)
    work_off(job.id)
    ended = text_of(pages.get(reverse("replay-job", args=[job.id]), headers=HTMX))

    assert "The departments are there now." in begun
    assert f'hx-get="{reverse("replay-job", args=[job.id])}" hx-trigger="every 1s"' in begun
    assert "Finished" in ended
    assert "100.0 %" in ended
    assert "hx-trigger" not in ended
    assert "<html" not in ended
    started = log_events().get(tenant=tenant, event_type=EventType.REPLAY_STARTED).document
    assert (started["actor"]["alternateId"], started["outcome"]["reason"]) == (
        "grace",
        "The departments are there now.",
    )


def test_a_replay_is_stopped_and_resumed_by_buttons(
    pages: Client, support_pages: Client, target: Target, failed: list[Replica]
) -> None:
    job = begin(pages)
    work_off(job.id)

    stopped = support_pages.post(reverse("stop-replay", args=[job.id]), follow=True)
    states = set(target.replicas.values_list("state", flat=True))
    resumed = pages.post(reverse("resume-replay", args=[job.id]), follow=True)

    assert "Stopped by" in text_of(stopped)
    assert "katherine" in text_of(stopped)
    assert states == {State.PARKED}
    assert "The replay goes on." in text_of(resumed)


def test_a_step_that_comes_too_late_says_so(pages: Client, failed: list[Replica]) -> None:
    job = begin(pages)

    response = pages.post(reverse("resume-replay", args=[job.id]), follow=True)

    assert "Somebody was quicker" in text_of(response)


def test_a_large_replay_waits_for_somebody_else(
    pages: Client, support_pages: Client, tenant: Tenant, failed: list[Replica]
) -> None:
    Tenant.objects.filter(id=tenant.id).update(replay_approval_over=2)

    preview = text_of(pages.get(reverse("new-replay")))
    job = begin(pages)
    own = pages.get(reverse("replay-job", args=[job.id]))
    approved_by_self = pages.post(reverse("approve-replay", args=[job.id]), follow=True)
    notice = text_of(support_pages.get(reverse("failures")))
    others = support_pages.get(reverse("replay-job", args=[job.id]))
    still = Replay.objects.get(id=job.id).state
    approved = support_pages.post(reverse("approve-replay", args=[job.id]), follow=True)

    assert "second person" in preview
    assert buttons_to(own, "approve") == []
    assert buttons_to(own, "decline") != []
    assert "somebody else has to approve" in text_of(approved_by_self)
    assert buttons_to(others, "approve") != []
    assert "A replay waits for approval" in notice
    assert reverse("replay-job", args=[job.id]) in notice
    assert still == Replay.State.AWAITING
    assert "Approved by" in text_of(approved)


def test_a_declined_replay_says_by_whom(
    pages: Client, support_pages: Client, tenant: Tenant, failed: list[Replica]
) -> None:
    Tenant.objects.filter(id=tenant.id).update(replay_approval_over=0)
    job = begin(pages)

    page = text_of(support_pages.post(reverse("decline-replay", args=[job.id]), follow=True))

    assert "Declined by" in page
    assert "katherine" in page


def test_what_failed_again_is_a_click_away(pages: Client, target: Target, failed: list[Replica]) -> None:
    job = begin(pages)
    work_off(job.id)
    deliver(target)
    work_off(job.id)

    page = text_of(pages.get(reverse("replay-job", args=[job.id])))
    again = text_of(pages.get(reverse("failures"), {"replay": str(job.id)}))

    assert f"{reverse('failures')}?replay={job.id}" in page
    assert "memory:HR refuses ada." in again


def test_a_paused_target_is_named_as_what_holds_it_up(
    pages: Client, target: Target, failed: list[Replica]
) -> None:
    job = begin(pages)
    pages.post(reverse("pause-target", args=[target.id]))
    work_off(job.id)

    assert "is paused" in text_of(pages.get(reverse("replay-job", args=[job.id])))


def test_the_history_says_who_why_and_how_far(pages: Client, failed: list[Replica]) -> None:
    begin(pages)

    page = text_of(pages.get(reverse("replays")))

    assert "Everything failed" in page
    assert "Grace" in page or "grace" in page
    assert "The departments are there now." in page
    assert "0 of 3" in page


def test_an_auditor_looks_and_presses_nothing(
    pages: Client, auditor_pages: Client, failed: list[Replica]
) -> None:
    job = begin(pages)

    page = auditor_pages.get(reverse("replay-job", args=[job.id]))
    answers = [auditor_pages.post(reverse(step, args=[job.id])).status_code for step in STEPS]
    answers += [auditor_pages.get(reverse("new-replay")).status_code]
    answers += [auditor_pages.post(reverse("new-replay"), {"reason": "x"}).status_code]

    assert page.status_code == 200
    assert buttons_to(page, "replays/") == []
    assert answers == [403] * 6
    assert Replay.objects.get(id=job.id).is_running


def test_a_strangers_job_is_not_found(pages: Client, stranger: Stranger) -> None:
    job = start_replay(stranger.tenant, Selection(), by=actor())
    assert job is not None

    answers = [pages.post(reverse(step, args=[job.id])).status_code for step in STEPS]
    answers += [pages.get(reverse("replay-job", args=[job.id])).status_code]

    assert answers == [404] * 5
    assert "stranger" not in text_of(pages.get(reverse("replays"))).casefold()


def test_nothing_to_replay_says_so(pages: Client, tenant: Tenant, target: Target) -> None:
    assert "Nothing to replay" in text_of(pages.get(reverse("new-replay")))
    assert "Nothing to replay" in text_of(pages.post(reverse("new-replay"), {"reason": "x"}))


@pytest.mark.parametrize("name", ["target", "failure_group", "state", "since"])
def test_what_is_gone_does_not_widen_a_replay_to_everything(
    pages: Client, stranger: Stranger, failed: list[Replica], name: str
) -> None:
    gone = {"target": str(stranger.target.id), "failure_group": "99999999"}
    address = reverse("new-replay", query={name: gone.get(name, "gone")})

    looked = pages.get(address)
    pressed = pages.post(address, {"reason": "The departments are there now."}, follow=True)

    assert looked["Location"] == reverse("failures")
    assert "What was to be replayed is not there any more" in text_of(pressed)
    assert not Replay.objects.filter(tenant=failed[0].target.tenant).exists()


def test_more_ended_replays_take_no_more_queries(
    pages: Client, failed: list[Replica], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number, replica in enumerate(failed):
        job = start_replay(replica.target.tenant, Selection(replicas=(replica.id,)), by=actor())
        assert job is not None
        Replay.objects.filter(id=job.id).update(state=Replay.State.FINISHED)
        if not number:
            with CaptureQueriesContext(connection) as one:
                pages.get(reverse("replays"))

    with django_assert_num_queries(len(one)):
        pages.get(reverse("replays"))
