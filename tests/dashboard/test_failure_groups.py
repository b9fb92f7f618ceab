"""Failures by cause, and what they are narrowed by."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.catalogue import EventType
from dashboard import failures
from downstream.connectors import memory
from downstream.errors import BadData
from downstream.models import FailureGroup, Replica, Target
from tenants.models import Tenant
from tests.dashboard.conftest import Stranger
from tests.dashboard.deliveries import deliver, fail, mend
from tests.dashboard.reading import HTMX, text_of
from tests.factories import make_user
from tests.log import log_events


@pytest.fixture
def group(tenant: Tenant, target: Target) -> FailureGroup:
    fail(target, make_user(tenant, "ada"), make_user(tenant, "bob"))
    return FailureGroup.objects.get(target=target)


def test_a_cause_is_told_with_its_count_advice_and_an_example(pages: Client, group: FailureGroup) -> None:
    page = text_of(pages.get(reverse("failures"), {"view": "causes"}))

    assert f'failure_group={group.id}">2<' in page
    assert "The target refuses the value of userName." in page
    assert "then replay." in page
    assert "memory:HR refuses ada." in page
    assert "First <time" in page


def test_from_few_failures_on_they_are_shown_one_by_one(
    pages: Client, group: FailureGroup, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = text_of(pages.get(reverse("failures")))
    monkeypatch.setattr(failures, "SIZE", 1)

    many = text_of(pages.get(reverse("failures")))

    assert 'id="failure-rows"' in few
    assert f'id="cause-{group.id}"' in many
    assert 'id="failure-rows"' in text_of(pages.get(reverse("failures"), {"view": "each"}))


def test_a_cause_leads_to_its_failures(
    pages: Client, tenant: Tenant, target: Target, group: FailureGroup
) -> None:
    make_user(tenant, "carl")
    memory.store("HR").errors.append(BadData("Another cause."))
    deliver(target)

    page = text_of(pages.get(reverse("failures"), {"failure_group": group.id}))

    assert "memory:HR refuses ada." in page
    assert "Another cause." not in page
    assert "The target refuses the value of userName." in page


def test_a_cause_without_failures_is_not_shown(pages: Client, target: Target, group: FailureGroup) -> None:
    mend(target)
    pages.post(reverse("replay-failures"), {"scope": "shown", "shown": [r.id for r in Replica.objects.all()]})
    deliver(target)

    page = text_of(pages.get(reverse("failures"), {"view": "causes"}))

    assert "Nothing has failed" in page


def test_causes_are_counted_and_replayed_within_the_time_that_was_asked_for(
    pages: Client, target: Target, group: FailureGroup
) -> None:
    bob = Replica.objects.filter(target=target, user__user_name="bob")
    bob.update(failed_at=timezone.now() - timedelta(days=2))
    since = f"{timezone.now() - timedelta(days=1):%Y-%m-%dT%H:%M}"

    page = text_of(pages.get(reverse("failures"), {"view": "causes", "since": since}))
    later = text_of(pages.get(reverse("failures"), {"view": "causes", "since": "2100-01-01T00:00"}))

    assert f'failure_group={group.id}">1<' in page
    assert f"{reverse('new-replay')}?since=" in page
    assert "cause-" not in later


def test_failures_are_narrowed_to_a_reason_and_a_time(
    pages: Client, target: Target, group: FailureGroup
) -> None:
    Replica.objects.filter(user__user_name="ada").update(failed_at=timezone.now() - timedelta(days=2))
    yesterday = f"{timezone.now() - timedelta(days=1):%Y-%m-%dT%H:%M}"

    def found(**query: str) -> set[str]:
        page = text_of(pages.get(reverse("failures"), query, headers=HTMX))
        return {name for name in ("ada", "bob") if f"refuses {name}." in page}

    assert found(error_class="data") == {"ada", "bob"}
    assert found(error_class="bug") == set()
    assert found(since=yesterday) == {"bob"}
    assert found(until=yesterday) == {"ada"}
    assert found(since="nonsense", failure_group="x", error_class="x") == {"ada", "bob"}


def test_a_strangers_cause_narrows_nothing_and_is_not_told(
    pages: Client, stranger: Stranger, group: FailureGroup
) -> None:
    theirs = FailureGroup.objects.get(target=stranger.target)

    page = text_of(pages.get(reverse("failures"), {"failure_group": theirs.id}))

    assert "stranger" not in page.casefold()
    assert "memory:HR refuses ada." in page


def test_the_causes_ask_the_database_no_more_often_for_more(
    pages: Client, tenant: Tenant, target: Target, group: FailureGroup, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        make_user(tenant, f"user{number}")
        memory.store("HR").errors.append(BadData(f"Cause {'x' * number}."))
    deliver(target)

    with django_assert_max_num_queries(9):  # type: ignore[operator]  # pytest-django's
        page = text_of(pages.get(reverse("failures"), {"view": "causes"}))

    assert page.count('class="cause-row"') == 13


def test_the_reason_of_a_press_is_in_the_log(pages: Client, tenant: Tenant, group: FailureGroup) -> None:
    ids = [replica.id for replica in group.replicas.all()]

    pages.post(
        reverse("replay-failures"),
        {"scope": "selected", "selected": ids[:1], "shown": ids, "reason": "Mended by the DBA."},
    )

    event = log_events().get(tenant=tenant, event_type=EventType.SYNC_USER)
    assert event.document["outcome"]["reason"] == "Mended by the DBA."


def test_a_row_that_was_put_right_says_when(pages: Client, target: Target, group: FailureGroup) -> None:
    replica = group.replicas.get(user__user_name="ada")
    mend(target)
    pages.post(reverse("replay-failure", args=[replica.id]))
    deliver(target)

    row = text_of(pages.get(reverse("failure-row", args=[replica.id])))

    assert "In step" in row
    assert "never" not in row
    assert "just now" in row or "second" in row
