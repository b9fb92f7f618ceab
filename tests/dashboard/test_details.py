"""The overview, and the pages of one user, group, event and target."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from audit.catalogue import EventType
from directory.models import User
from directory.services import change_user, delete_user
from directory.services.announce import subject_of
from downstream.connectors import memory
from downstream.errors import AccessDenied, Transient
from downstream.models import Target
from lib.secrets import encrypt
from tenants.models import Tenant
from tests.dashboard.deliveries import deliver, fail
from tests.dashboard.reading import HTMX, buttons_to, text_of
from tests.factories import actor, make_credential, make_group, make_target, make_user
from tests.log import log_events


def test_the_overview_counts_users_active_users_and_groups(pages: Client, tenant: Tenant) -> None:
    make_user(tenant, "ada")
    make_user(tenant, "grace", active=False)
    make_group(tenant)

    response = pages.get(reverse("overview"))

    totals = response.context["totals"]
    assert (totals.users, totals.active, totals.groups) == ("2", "1", "1")


def test_a_target_goes_from_working_to_in_step(pages: Client, tenant: Tenant, target: Target) -> None:
    make_user(tenant, "ada")
    assert "Working" in text_of(pages.get(reverse("overview"), headers=HTMX))

    deliver(target)

    assert "In step" in text_of(pages.get(reverse("overview"), headers=HTMX))


def test_a_target_with_failures_needs_attention(pages: Client, tenant: Tenant, target: Target) -> None:
    fail(target, make_user(tenant, "ada"))

    assert "Needs attention" in text_of(pages.get(reverse("overview")))


def test_a_target_in_trouble_says_what_is_wrong(pages: Client, tenant: Tenant, target: Target) -> None:
    memory.store("HR").errors = [AccessDenied("HR refuses the password.")]
    make_user(tenant, "ada")

    deliver(target)

    page = text_of(pages.get(reverse("overview")))
    assert "In trouble" in page
    assert "HR refuses the password." in page


def test_the_overview_of_an_empty_tenant_tells_how_to_connect_okta(pages: Client, tenant: Tenant) -> None:
    assert "/scim/v2/" in text_of(pages.get(reverse("overview")))

    make_user(tenant, "ada")

    assert "/scim/v2/" not in text_of(pages.get(reverse("overview")))


def test_the_page_of_a_user_shows_attributes_groups_targets_and_events(
    pages: Client, tenant: Tenant, target: Target
) -> None:
    user = make_user(tenant, "ada", title="Countess")
    make_group(tenant, "Engineers", user)
    deliver(target)

    page = text_of(pages.get(reverse("user", args=[user.id])))

    assert "<dd>Countess</dd>" in page
    assert "Engineers" in page
    assert user.replicas.get().remote_id in page
    assert "<b>Lockstep</b> created Lovelace in HR".replace("Lovelace", user.label) in page
    assert "<b>Create</b> of version 1" in page


def test_a_deleted_user_still_has_a_page_and_is_in_no_list(
    pages: Client, tenant: Tenant, target: Target
) -> None:
    user = make_user(tenant, "ada")
    delete_user(tenant, user.id, by=actor())

    assert "Deleted" in text_of(pages.get(reverse("user", args=[user.id])))
    assert reverse("user", args=[user.id]) not in text_of(pages.get(reverse("users")))


def test_an_event_shows_what_changed_from_what_to_what(pages: Client, tenant: Tenant) -> None:
    user = make_user(tenant, "ada", title="Miss")
    change_user(tenant, user.id, lambda document: document | {"title": "Countess"}, by=actor())
    event = log_events().get(tenant=tenant, event_type=EventType.USER_UPDATED)

    page = text_of(pages.get(reverse("event", args=[event.uuid])))

    assert "<del>Miss</del>" in page
    assert "<ins>Countess</ins>" in page
    assert event.transaction_id in page


def test_the_log_is_narrowed_to_one_transaction(pages: Client, tenant: Tenant) -> None:
    make_user(tenant, "ada")
    make_user(tenant, "grace")
    event = log_events().filter(tenant=tenant).newest_first()[0]

    response = pages.get(reverse("log"), {"transaction": event.transaction_id})

    assert [line.event for line in response.context["lines"]] == [event]
    assert event.transaction_id[:10] in text_of(response)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "GRACE create"}, 1),
        ({"q": "grace nowhere"}, 0),
        ({"kind": "groups"}, 1),
        ({"kind": "users"}, 2),
        ({"kind": "users", "q": "grace"}, 1),
        ({"outcome": "FAILURE"}, 0),
    ],
)
def test_the_log_is_narrowed_by_words_outcome_and_kind(
    pages: Client, tenant: Tenant, query: dict[str, str], found: int
) -> None:
    make_user(tenant, "ada")
    make_user(tenant, "grace")
    make_group(tenant)

    response = pages.get(reverse("log"), query)

    assert len(response.context["lines"]) == found


@pytest.mark.parametrize("page", ["user", "group", "target"])
def test_each_page_links_to_all_of_its_events(
    pages: Client, tenant: Tenant, target: Target, page: str
) -> None:
    user = make_user(tenant, "ada")
    one = {"user": user.id, "group": make_group(tenant, "Engineers", user).id, "target": target.id}[page]
    make_user(tenant, "somebody-else")

    response = pages.get(reverse("log"), {page: str(one)})

    assert f"{reverse('log')}?{page}={one}" in text_of(pages.get(reverse(page, args=[one])))
    events = [line.event for line in response.context["lines"]]
    assert events
    assert all(one in {event.user_id, event.group_id, event.target_id} for event in events)


def test_a_target_is_paused_and_resumed_and_both_are_logged(
    pages: Client, tenant: Tenant, target: Target
) -> None:
    pages.post(reverse("pause-target", args=[target.id]))
    paused = text_of(pages.get(reverse("target", args=[target.id])))
    pages.post(reverse("resume-target", args=[target.id]))

    target.refresh_from_db()
    assert "Paused" in paused
    assert target.mode == Target.Mode.LIVE
    events = log_events().filter(tenant=tenant).about_target(target.id).newest_first()
    assert [event.event_type for event in events[:2]] == [EventType.TARGET_RESUMED, EventType.TARGET_PAUSED]


def test_a_test_of_the_connection_says_how_it_went(pages: Client, target: Target) -> None:
    address = reverse("check-target", args=[target.id])
    memory.store("HR").errors = [Transient("HR did not answer.")]

    assert "HR did not answer." in text_of(pages.post(address, headers=HTMX))
    assert "HR answers" in text_of(pages.post(address, headers=HTMX))
    assert "<html" in text_of(pages.post(address))


@pytest.mark.parametrize("name", ["check-target", "pause-target", "resume-target", "rehearse-target"])
def test_an_auditor_changes_no_target(auditor_pages: Client, target: Target, name: str) -> None:
    assert auditor_pages.post(reverse(name, args=[target.id])).status_code == 403
    assert buttons_to(auditor_pages.get(reverse("target", args=[target.id])), "/targets/") == []


@pytest.mark.parametrize("name", ["check-target", "pause-target", "resume-target", "rehearse-target"])
def test_looking_changes_no_target(pages: Client, target: Target, name: str) -> None:
    assert pages.get(reverse(name, args=[target.id])).status_code == 405


def test_a_target_page_shows_where_it_writes_and_no_secret(pages: Client, tenant: Tenant) -> None:
    target = make_target(tenant, "Payroll")
    Target.objects.filter(id=target.id).update(sealed_secrets=encrypt({"password": "do-not-show"}))

    page = text_of(pages.get(reverse("target", args=[target.id])))

    assert "do-not-show" not in page


def test_a_target_whose_configuration_is_broken_still_has_a_page(pages: Client, target: Target) -> None:
    Target.objects.filter(id=target.id).update(config={})

    response = pages.get(reverse("target", args=[target.id]))

    assert response.status_code == 200
    assert "name is missing" in text_of(response)


def test_a_user_whose_activity_was_not_said_is_not_called_inactive(pages: Client, tenant: Tenant) -> None:
    user = make_user(tenant, "ada")
    User.objects.filter(id=user.id).update(active=None)

    page = text_of(pages.get(reverse("users")))

    assert "Not said" in page
    assert "Inactive" not in page


def test_a_credential_of_one_user_is_told_with_the_user(pages: Client, tenant: Tenant) -> None:
    make_credential(tenant, user=subject_of(make_user(tenant, "ada", displayName="Ada Lovelace")))

    page = text_of(pages.get(reverse("log"), {"kind": "access"}))

    assert "one user) of Ada Lovelace" in page
