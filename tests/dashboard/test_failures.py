"""The failures page, and putting failures right."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.catalogue import EventType
from downstream.connectors import memory
from downstream.errors import AccessDenied
from downstream.models import Replica, State, Target
from tenants.models import Tenant
from tests.dashboard.conftest import Stranger
from tests.dashboard.deliveries import deliver, fail, mend, replica_of
from tests.dashboard.reading import HTMX, buttons_to, text_of
from tests.factories import make_group, make_user
from tests.log import log_events


@pytest.fixture
def failed(tenant: Tenant, target: Target) -> Replica:
    user = make_user(tenant, "ada")
    fail(target, user)
    return replica_of(user)


def test_a_failure_says_who_where_and_why(pages: Client, failed: Replica) -> None:
    page = text_of(pages.get(reverse("failures")))

    assert "ada" in page
    assert "HR" in page
    assert "Refused the data" in page
    assert "memory:HR refuses ada." in page
    assert '<span class="count">1' in page


def test_a_replay_makes_the_replica_due_and_is_logged(pages: Client, tenant: Tenant, failed: Replica) -> None:
    response = pages.post(reverse("replay-failure", args=[failed.id]), headers=HTMX)

    failed.refresh_from_db()
    assert (failed.state, failed.failures) == (State.PENDING, 0)
    assert failed.due_at is not None and failed.due_at <= timezone.now()
    event = log_events().get(tenant=tenant, event_type=EventType.SYNC_USER)
    assert event.document["actor"]["alternateId"] == "grace"
    assert "Pending" in text_of(response)


def test_a_row_asks_for_itself_until_it_has_settled(pages: Client, target: Target, failed: Replica) -> None:
    address = reverse("failure-row", args=[failed.id])
    assert "hx-trigger" not in text_of(pages.get(address))
    mend(target)

    begun = text_of(pages.post(reverse("replay-failure", args=[failed.id]), headers=HTMX))
    deliver(target)
    ended = text_of(pages.get(address, headers=HTMX))

    assert f'hx-get="{address}" hx-trigger="load delay:1s"' in begun
    assert "In step" in ended
    assert "hx-trigger" not in ended


def test_a_row_of_a_paused_target_asks_for_nothing(pages: Client, target: Target, failed: Replica) -> None:
    pages.post(reverse("pause-target", args=[target.id]))

    response = pages.post(reverse("replay-failure", args=[failed.id]), headers=HTMX)

    assert "hx-trigger" not in text_of(response)


def test_without_javascript_a_replay_comes_back_with_a_message(pages: Client, failed: Replica) -> None:
    response = pages.post(reverse("replay-failure", args=[failed.id]), follow=True)

    assert response.redirect_chain == [(reverse("failures"), 302)]
    assert "The replay has begun." in text_of(response)


def test_a_replay_never_leads_to_another_site(pages: Client, failed: Replica) -> None:
    response = pages.post(
        reverse("replay-failure", args=[failed.id]), headers={"Referer": "https://evil.example/"}
    )

    assert response["Location"] == reverse("failures")


@pytest.mark.parametrize(("scope", "begun"), [("selected", {"ada"}), ("shown", {"ada", "grace"})])
def test_the_ticked_or_all_that_are_shown_are_replayed(
    pages: Client, tenant: Tenant, target: Target, failed: Replica, scope: str, begun: set[str]
) -> None:
    grace, alan = make_user(tenant, "grace"), make_user(tenant, "alan")
    fail(target, grace, alan)
    ids = [failed.id, replica_of(grace).id]

    response = pages.post(
        reverse("replay-failures"), {"scope": scope, "shown": ids, "selected": [failed.id]}, headers=HTMX
    )

    pending = Replica.objects.filter(target=target, state=State.PENDING)
    assert set(pending.values_list("user__user_name", flat=True)) == begun
    assert [f'id="failure-{replica}"' in text_of(response) for replica in ids] == [True, True]
    assert f'hx-get="{reverse("failure-rows")}"' in text_of(response)


def test_rows_that_were_replayed_together_settle_together(
    pages: Client, target: Target, failed: Replica
) -> None:
    mend(target)
    pages.post(reverse("replay-failures"), {"scope": "shown", "shown": [failed.id]}, headers=HTMX)
    deliver(target)

    page = text_of(pages.get(reverse("failure-rows"), {"shown": [failed.id]}, headers=HTMX))

    assert "In step" in page
    assert "hx-trigger" not in page


@pytest.mark.parametrize("ids", [["x"], ["-1"], ["9" * 40], ["\0"], []])
def test_ids_that_are_none_replay_nothing(pages: Client, failed: Replica, ids: list[str]) -> None:
    response = pages.post(reverse("replay-failures"), {"scope": "selected", "selected": ids}, follow=True)

    assert response.status_code == 200
    assert replica_state(failed) == State.PARKED


def test_a_strangers_failure_is_not_replayed_among_others(
    pages: Client, stranger: Stranger, failed: Replica
) -> None:
    ids = [failed.id, stranger.replica.id]

    response = pages.post(reverse("replay-failures"), {"scope": "shown", "shown": ids}, headers=HTMX)

    assert replica_state(failed) == State.PENDING
    assert replica_state(stranger.replica) == State.PARKED
    assert "stranger" not in text_of(response)


@pytest.mark.parametrize("name", ["replay", "replay-failure"])
def test_an_auditor_can_not_replay(auditor_pages: Client, failed: Replica, name: str) -> None:
    response = auditor_pages.post(reverse(name, args=[failed.id]))

    assert response.status_code == 403
    assert "Auditor" in text_of(response)
    assert replica_state(failed) == State.PARKED


def test_an_auditor_can_not_replay_several(auditor_pages: Client, failed: Replica) -> None:
    response = auditor_pages.post(reverse("replay-failures"), {"scope": "shown", "shown": [failed.id]})

    assert response.status_code == 403
    assert replica_state(failed) == State.PARKED


def test_an_auditor_sees_the_failure_and_no_button(
    auditor_pages: Client, pages: Client, failed: Replica
) -> None:
    addresses = [reverse("failures"), reverse("user", args=[failed.user_id])]

    for address in addresses:
        assert "memory:HR refuses ada." in text_of(auditor_pages.get(address))
        assert buttons_to(auditor_pages.get(address), "replay") == []
        assert buttons_to(pages.get(address), "replay") != []


def test_failures_are_narrowed_to_a_target_and_a_state(
    pages: Client, target: Target, failed: Replica
) -> None:
    def finds(**query: str) -> bool:
        return "memory:HR refuses ada." in text_of(pages.get(reverse("failures"), query))

    assert finds(target=str(target.id), state="parked")
    assert not finds(state="retrying")


def test_a_target_in_trouble_is_shown_above_the_failures(
    pages: Client, tenant: Tenant, target: Target
) -> None:
    memory.store("HR").errors = [AccessDenied("HR refuses the password.")]
    make_user(tenant, "ada")
    deliver(target)

    page = text_of(pages.get(reverse("failures")))

    assert "is in trouble" in page
    assert "HR refuses the password." in page


def test_a_replica_on_the_page_of_a_user_is_replayed_there(
    pages: Client, target: Target, failed: Replica
) -> None:
    mend(target)

    begun = text_of(pages.post(reverse("replay", args=[failed.id]), headers=HTMX))
    deliver(target)
    ended = text_of(pages.get(reverse("replica", args=[failed.id]), headers=HTMX))

    assert f'hx-get="{reverse("replica", args=[failed.id])}"' in begun
    assert "In step" in ended
    assert "hx-trigger" not in ended


def test_the_replay_of_a_group_names_the_group(pages: Client, tenant: Tenant, target: Target) -> None:
    group = make_group(tenant, "Engineers")
    replica = Replica.objects.get(group=group, target=target)

    pages.post(reverse("replay", args=[replica.id]), headers=HTMX)

    line = pages.get(reverse("log")).context["lines"][0]
    assert line.action == "replayed Engineers in HR"


def replica_state(replica: Replica) -> str:
    return Replica.objects.values_list("state", flat=True).get(id=replica.id)
