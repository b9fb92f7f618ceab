"""Each class of error, and its remedy."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from directory.services import change_user
from downstream.errors import AccessDenied, ErrorClass, Exists, Throttled, Transient
from downstream.models import Attempt, State, Target
from downstream.policy import STRIKES_ALLOWED, jitter
from downstream.replays import replay
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.factories import actor, make_user
from tests.log import log_events


def outcomes(hr: Downstream) -> list[tuple[str, str]]:
    events = log_events().about_target(hr.target.id).exclude(user_id=None)
    return list(events.order_by("id").values_list("event_type", "result"))


def test_a_transient_failure_is_retried_and_then_forgotten(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.store.errors.append(Transient("It did not answer."))

    hr.drain()
    failed = hr.replica(ada)
    hr.retry_now()
    hr.drain()

    assert (failed.state, failed.failures, failed.error) == (State.RETRYING, 1, "It did not answer.")
    assert (hr.replica(ada).state, hr.replica(ada).failures, hr.replica(ada).error) == (State.SYNCED, 0, "")
    assert [result for _, result in outcomes(hr)] == ["DEFERRED", "SUCCESS"]


def test_a_refusal_parks_this_user_only_and_says_why(tenant: Tenant, hr: Downstream) -> None:
    bad, good = make_user(tenant, "bad"), make_user(tenant, "good")
    hr.store.refused.add("bad")

    hr.drain()

    parked = hr.replica(bad)
    assert (parked.state, parked.error_class, parked.due_at) == (State.PARKED, ErrorClass.DATA, None)
    assert "refuses bad" in parked.error
    assert hr.replica(good).state == State.SYNCED
    assert ("application.provision.user.push", "FAILURE") in outcomes(hr)
    assert Attempt.objects.get(replica=parked).outcome == Attempt.Outcome.FAILED


def test_a_refusal_names_the_attribute_until_it_is_put_right(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada", title="Dr")
    hr.store.unwanted["title"] = "Dr"
    hr.drain()
    refused = hr.replica(ada).error_attribute

    hr.store.unwanted.clear()
    replay(hr.target.replicas.filter(user=ada), by=actor())
    hr.drain()

    assert (refused, hr.replica(ada).error_attribute) == ("title", "")


def test_a_parked_user_is_freed_by_a_new_version(tenant: Tenant, hr: Downstream) -> None:
    bad = make_user(tenant, "bad")
    hr.store.refused.add("bad")
    hr.drain()
    hr.store.refused.clear()

    change_user(tenant, bad.id, lambda document: {**document, "title": "Dr"}, by=actor())
    hr.drain()

    assert hr.replica(bad).state == State.SYNCED


def test_a_replay_puts_right_what_failed_once_the_cause_is_mended(tenant: Tenant, hr: Downstream) -> None:
    bad = make_user(tenant, "bad")
    hr.store.refused.add("bad")
    hr.drain()
    hr.store.refused.clear()

    count = replay(hr.target.replicas.filter(user=bad), by=actor())
    hr.drain()

    assert count == 1
    assert hr.account(bad)["userName"] == "bad"
    assert hr.replica(bad).state == State.SYNCED
    assert ("application.provision.user.sync", "SUCCESS") in outcomes(hr)


def test_a_replay_of_what_is_in_step_writes_it_again(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.drain()
    hr.store.accounts[hr.replica(ada).remote_id]["displayName"] = "changed over there"

    replay(hr.target.replicas.all(), by=actor())
    hr.drain()

    assert "displayName" not in hr.account(ada)


def test_access_denied_leaves_the_whole_target_alone_and_counts_for_nobody(
    tenant: Tenant, hr: Downstream
) -> None:
    ada, bob = make_user(tenant, "ada"), make_user(tenant, "bob")
    hr.store.errors.append(AccessDenied("The password is wrong."))

    hr.drain()

    target = Target.objects.get(id=hr.target.id)
    assert (target.trouble_class, target.trouble) == (ErrorClass.ACCESS, "The password is wrong.")
    assert target.resume_at is not None
    assert [hr.replica(user).failures for user in (ada, bob)] == [0, 0]
    assert hr.store.accounts == {}
    assert hr.drain() == 0


def test_after_trouble_a_check_comes_first_and_then_everything_goes(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "ada"), make_user(tenant, "bob")
    hr.store.errors += [AccessDenied("The password is wrong."), AccessDenied("Still wrong.")]
    hr.drain()
    hr.retry_now()
    hr.drain()
    still = Target.objects.get(id=hr.target.id).trouble
    hr.retry_now()

    hr.drain()

    assert still == "Still wrong."
    assert len(hr.store.accounts) == 2
    assert Target.objects.get(id=hr.target.id).trouble_class == ""


def test_trouble_is_logged_once_when_it_begins_and_once_when_it_ends(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "ada")
    hr.store.errors += [AccessDenied("Wrong."), AccessDenied("Wrong.")]
    for _ in range(3):
        hr.drain()
        hr.retry_now()

    about_target = log_events().about_target(hr.target.id).filter(event_type__contains="integration")

    assert list(about_target.order_by("id").values_list("event_type", "result")) == [
        ("application.integration.authentication_failure", "FAILURE"),
        ("application.integration.general_failure", "SUCCESS"),
    ]


def test_a_row_of_transient_failures_opens_the_breaker(tenant: Tenant, hr: Downstream) -> None:
    for number in range(STRIKES_ALLOWED + 3):
        make_user(tenant, f"user{number}")
    hr.store.errors += [Transient("It did not answer.")] * (STRIKES_ALLOWED + 3)

    hr.drain()

    assert Attempt.objects.filter(replica__target=hr.target).count() == STRIKES_ALLOWED
    assert Target.objects.get(id=hr.target.id).trouble_class == ErrorClass.TRANSIENT


def test_a_target_that_answers_again_gets_what_was_to_be_retried_at_once(
    tenant: Tenant, hr: Downstream
) -> None:
    for number in range(STRIKES_ALLOWED):
        make_user(tenant, f"user{number}")
    hr.store.errors += [Transient("It did not answer.")] * STRIKES_ALLOWED
    hr.drain()
    hr.target.replicas.update(due_at=timezone.now() + timedelta(minutes=20))
    make_user(tenant, "ada")
    Target.objects.filter(id=hr.target.id).update(resume_at=timezone.now())

    hr.drain()

    assert len(hr.store.accounts) == STRIKES_ALLOWED + 1


def test_throttling_makes_the_whole_target_wait_as_long_as_it_asks(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.store.errors.append(Throttled("Too many calls.", retry_after=120))

    hr.drain()

    resume_at = Target.objects.get(id=hr.target.id).resume_at
    assert resume_at is not None
    assert timedelta(seconds=100) < resume_at - timezone.now() <= timedelta(seconds=120)
    assert hr.replica(ada).failures == 0


def test_an_account_that_exists_and_can_not_be_adopted_is_parked(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.store.errors.append(Exists("The login ada belongs to somebody else."))

    hr.drain()

    assert (hr.replica(ada).state, hr.replica(ada).error_class) == (State.PARKED, ErrorClass.EXISTS)


def test_a_bug_is_tried_three_times_and_parked_without_its_words(
    tenant: Tenant, hr: Downstream, caplog: pytest.LogCaptureFixture
) -> None:
    """What an unforeseen exception says may hold a secret: pages and the process's log get its type."""
    ada = make_user(tenant, "ada")
    hr.store.errors += [RuntimeError("password=hunter2")] * 3

    for _ in range(3):
        hr.drain()
        hr.retry_now()

    replica = hr.replica(ada)
    assert (replica.state, replica.error_class) == (State.PARKED, ErrorClass.BUG)
    assert "RuntimeError" in replica.error
    assert "hunter2" not in replica.error
    assert "builtins.RuntimeError" in caplog.text
    assert "hunter2" not in caplog.text


def test_two_users_who_are_one_account_over_there_are_not_both_in_step(
    tenant: Tenant, hr: Downstream
) -> None:
    ada, bob = make_user(tenant, "ada"), make_user(tenant, "bob")
    hr.drain()
    taken = hr.replica(ada).remote_id
    hr.target.replicas.filter(user=bob).update(remote_id="")
    hr.store.accounts = {taken: {"userName": "bob", "meta": {"resourceType": "User"}}}

    change_user(tenant, bob.id, lambda document: {**document, "title": "Dr"}, by=actor())
    hr.drain()

    assert hr.replica(bob).state == State.PARKED
    assert taken in hr.replica(bob).error


def test_the_jitter_is_full_and_bounded() -> None:
    delays = [jitter(failures) for failures in range(40) for _ in range(20)]

    assert min(delays) >= timedelta(0)
    assert max(delays) <= timedelta(minutes=30)
    assert max(jitter(0) for _ in range(50)) <= timedelta(seconds=5)
    assert min(jitter(9) for _ in range(100)) < timedelta(minutes=10) < max(jitter(9) for _ in range(100))
