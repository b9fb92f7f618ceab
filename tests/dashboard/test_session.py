"""Signing in and out, and the tenant that a person works in."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from audit.catalogue import EventType, Outcome
from tenants.guessing import TRIES
from tenants.models import Operator, Role, Tenant
from tests.dashboard.conftest import Stranger
from tests.dashboard.reading import HTMX, text_of
from tests.factories import make_tenant
from tests.log import log_events

PASSWORD = "correct horse battery"
PAGES = ("overview", "users", "groups", "log", "failures")


def test_signing_in_leads_to_the_overview_and_is_logged(client: Client, admin: Operator) -> None:
    response = client.post(reverse("sign-in"), {"username": "grace", "password": PASSWORD})

    assert response["Location"] == reverse("overview")
    event = log_events().get(tenant=admin.tenant, event_type=EventType.SIGNED_IN)
    assert (event.result, event.document["actor"]["alternateId"]) == (Outcome.SUCCESS, "grace")


def test_a_wrong_password_is_logged_without_the_password(client: Client, admin: Operator) -> None:
    response = client.post(reverse("sign-in"), {"username": "grace", "password": "hunter2-hunter2"})

    assert response.status_code == 200
    event = log_events().get(tenant=admin.tenant, event_type=EventType.SIGNED_IN)
    assert event.result == Outcome.FAILURE
    assert "hunter2" not in event.body + event.words + text_of(response)


@pytest.mark.parametrize("username", ["nobody-at-all", "gra\0ce", "g" * 5000, ""])
def test_a_name_that_nobody_has_is_refused_and_logged_nowhere(
    client: Client, admin: Operator, username: str
) -> None:
    response = client.post(reverse("sign-in"), {"username": username, "password": PASSWORD})

    assert response.status_code == 200
    assert not log_events().filter(event_type=EventType.SIGNED_IN).exists()


def test_signing_in_is_logged_in_each_tenant_of_the_person(client: Client, admin: Operator) -> None:
    second = make_tenant("second")
    Operator.objects.create(user=admin.user, tenant=second, role=Role.AUDITOR)

    client.post(reverse("sign-in"), {"username": "grace", "password": PASSWORD})

    logged = log_events().filter(event_type=EventType.SIGNED_IN).values_list("tenant__name", flat=True)
    assert set(logged) == {"acme", "second"}


def test_signing_out_takes_a_post_and_is_logged(pages: Client, tenant: Tenant) -> None:
    assert pages.get(reverse("sign-out")).status_code == 405

    pages.post(reverse("sign-out"))

    assert log_events().filter(tenant=tenant, event_type=EventType.SIGNED_OUT).count() == 1
    assert pages.get(reverse("overview")).status_code == 302


def test_a_form_without_its_csrf_token_is_refused(admin: Operator) -> None:
    careful = Client(enforce_csrf_checks=True)

    response = careful.post(reverse("sign-in"), {"username": "grace", "password": PASSWORD})

    assert response.status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_a_visitor_is_asked_to_sign_in(client: Client, page: str) -> None:
    response = client.get(reverse(page))

    assert response["Location"] == f"{reverse('sign-in')}?next={reverse(page)}"


def test_a_part_of_a_page_takes_the_whole_page_to_the_sign_in(client: Client, db: None) -> None:
    response = client.get(reverse("overview"), headers=HTMX)

    assert response["HX-Redirect"] == reverse("sign-in")


def test_a_person_without_a_tenant_is_told_so(client: Client, db: None) -> None:
    client.force_login(get_user_model().objects.create_user("lost"))

    response = client.get(reverse("users"))

    assert response.status_code == 403
    assert "No tenant yet" in text_of(response)


def test_a_person_with_several_tenants_chooses_one_and_changes_it(pages: Client, admin: Operator) -> None:
    second = make_tenant("second")
    Operator.objects.create(user=admin.user, tenant=second)
    assert "Where do you want to work?" in text_of(pages.get(reverse("users")))

    pages.post(reverse("choose-tenant"), {"tenant": second.id})

    assert "<b>second</b>" in text_of(pages.get(reverse("overview")))
    pages.post(reverse("choose-tenant"), {"tenant": admin.tenant_id})
    assert "<b>acme</b>" in text_of(pages.get(reverse("overview")))


@pytest.mark.parametrize("choice", ["", "x", "\0"])
def test_a_choice_that_is_no_tenant_is_not_found(pages: Client, choice: str) -> None:
    assert pages.post(reverse("choose-tenant"), {"tenant": choice}).status_code == 404


def test_a_strangers_tenant_can_not_be_chosen(pages: Client, stranger: Stranger) -> None:
    assert pages.post(reverse("choose-tenant"), {"tenant": stranger.tenant.id}).status_code == 404


def test_losing_a_tenant_shows_at_the_next_page(pages: Client, admin: Operator) -> None:
    second = make_tenant("second")
    operator = Operator.objects.create(user=admin.user, tenant=second)
    pages.post(reverse("choose-tenant"), {"tenant": second.id})

    operator.delete()

    assert "<b>acme</b>" in text_of(pages.get(reverse("overview")))


def test_a_page_is_kept_by_no_cache(pages: Client) -> None:
    assert "no-store" in pages.get(reverse("users"))["Cache-Control"]


def test_everything_in_a_session_has_one_id_which_is_not_the_sessions_key(
    client: Client, admin: Operator
) -> None:
    client.post(reverse("sign-in"), {"username": "grace", "password": PASSWORD})
    key = client.session.session_key
    client.post(reverse("sign-out"))

    came, left = (
        log_events().get(event_type=kind).document["authenticationContext"]
        for kind in (EventType.SIGNED_IN, EventType.SIGNED_OUT)
    )
    assert came["externalSessionId"] == left["externalSessionId"] != key
    assert len(came["externalSessionId"]) == 64
    assert (came["credentialType"], left["credentialType"]) == ("PASSWORD", None)


def test_who_tries_too_often_is_locked_out_which_is_logged_once(client: Client, admin: Operator) -> None:
    for _ in range(TRIES + 2):
        client.post(reverse("sign-in"), {"username": "grace", "password": "wrong"})

    failures = log_events().filter(event_type=EventType.SIGNED_IN, result=Outcome.FAILURE).order_by("id")
    reasons = [event.document["outcome"]["reason"] for event in failures]
    assert reasons == ["INVALID_CREDENTIALS"] * TRIES + ["LOCKED_OUT"] * 2
    locked = log_events().get(event_type=EventType.ACCOUNT_LOCKED)
    assert (locked.tenant, locked.document["target"][0]["alternateId"]) == (admin.tenant, "grace")
    assert failures[0].document["authenticationContext"]["externalSessionId"] is None


def test_where_there_is_one_tenant_a_strangers_try_is_logged_without_the_name(
    client: Client, admin: Operator, stranger: Stranger
) -> None:
    stranger.tenant.delete()

    client.post(reverse("sign-in"), {"username": "my-password-by-mistake", "password": PASSWORD})
    client.post(reverse("sign-in"), {"username": "again", "password": PASSWORD})

    (event,) = log_events().filter(event_type=EventType.SIGNED_IN)
    assert (event.tenant, event.result) == (admin.tenant, Outcome.FAILURE)
    assert event.document["actor"]["type"] == "Unknown"
    assert "mistake" not in event.body


def test_choosing_a_tenant_is_logged_there(pages: Client, admin: Operator) -> None:
    second = make_tenant("second")
    Operator.objects.create(user=admin.user, tenant=second)

    pages.post(reverse("choose-tenant"), {"tenant": second.id})

    assert log_events().get(event_type=EventType.ADMIN_OPENED).tenant == second
