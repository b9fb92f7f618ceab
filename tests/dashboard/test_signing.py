"""The page that makes a new signing secret."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from downstream.models import Target
from tenants.models import Tenant
from tests.dashboard.conftest import Stranger
from tests.dashboard.reading import breaches, text_of
from tests.factories import make_target, make_user

HOOK = {"url": "https://hooks.example.com/lockstep"}


@pytest.fixture
def hook(tenant: Tenant) -> Target:
    return make_target(tenant, "Hook", kind="webhook", config=HOOK)


def test_an_administrator_makes_a_secret_and_sees_it_once(pages: Client, hook: Target) -> None:
    address = reverse("rotate-secret", args=[hook.id])
    asked = pages.get(address)
    told = pages.post(address, {"keep_hours": "2"})
    hook.refresh_from_db()

    secret = hook.settings["secret"]
    assert secret not in text_of(asked)
    assert secret in text_of(told)
    assert "for 2 hours" in text_of(told)
    assert secret not in text_of(pages.get(reverse("target", args=[hook.id])))
    assert "no-store" in told.headers["Cache-Control"]
    assert not [*breaches(asked), *breaches(told)]


@pytest.mark.parametrize("hours", ["", "-1", "9999", "soon"])
def test_hours_that_make_no_sense_change_nothing(pages: Client, hook: Target, hours: str) -> None:
    before = hook.settings["secret"]

    response = pages.post(reverse("rotate-secret", args=[hook.id]), {"keep_hours": hours})

    hook.refresh_from_db()
    assert response.status_code == 400
    assert hook.settings["secret"] == before


def test_the_page_of_a_webhook_shows_how_it_stands(pages: Client, tenant: Tenant, hook: Target) -> None:
    make_user(tenant, "ada")

    page = text_of(pages.get(reverse("target", args=[hook.id])))

    assert "https://hooks.example.com/lockstep" in page
    assert "New signing secret" in page
    assert hook.settings["secret"] not in page


def test_a_target_that_is_not_signed_for_says_so(pages: Client, target: Target) -> None:
    page = text_of(pages.get(reverse("target", args=[target.id])))
    response = pages.post(reverse("rotate-secret", args=[target.id]), {"keep_hours": "1"})

    assert "New signing secret" not in page
    assert response.status_code == 409


def test_support_and_auditors_make_no_secrets(
    support_pages: Client, auditor_pages: Client, hook: Target
) -> None:
    for browser in (support_pages, auditor_pages):
        response = browser.post(reverse("rotate-secret", args=[hook.id]), {"keep_hours": "1"})
        assert response.status_code == 403


def test_a_strangers_target_is_not_there(pages: Client, stranger: Stranger) -> None:
    assert pages.get(reverse("rotate-secret", args=[stranger.target.id])).status_code == 404


def test_the_pages_of_a_user_tell_of_a_webhook_like_of_any_target(
    pages: Client, tenant: Tenant, hook: Target
) -> None:
    user = make_user(tenant, "ada")
    replica = hook.replicas.get(user=user)

    for address in (reverse("user", args=[user.id]), reverse("replica", args=[replica.id])):
        assert "Hook" in text_of(pages.get(address))
    assert pages.get(reverse("preview", args=[replica.id])).status_code < 500
