"""Held removals and dry runs on pages: seen where people look, decided by those who may act."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from directory.models import User
from directory.services import delete_user
from downstream.guard import reject
from downstream.models import Replica, State, Target
from downstream.services import switch
from downstream.settings import change_target
from tenants.models import Tenant
from tests.dashboard.deliveries import deliver
from tests.dashboard.reading import breaches, buttons_to, text_of
from tests.factories import actor, make_user


@pytest.fixture
def held(tenant: Tenant, target: Target) -> list[User]:
    """Three removals, of which one is done and two are held."""
    change_target(target, guard_floor=1, guard_percent=0, by=actor())
    users = [make_user(tenant, name) for name in ("ada", "grace", "rosa")]
    deliver(target)
    for user in users:
        delete_user(tenant, user.id, by=actor())
    deliver(target)
    return users


@pytest.mark.parametrize("page", ["overview", "failures", "target"])
def test_what_is_held_is_seen_at_once(pages: Client, target: Target, held: list[User], page: str) -> None:
    answer = pages.get(reverse(page, args=[target.id] if page == "target" else []))

    assert "2 removals are held" in text_of(answer)
    assert list(breaches(answer)) == []


def test_they_are_allowed_by_a_button(pages: Client, target: Target, held: list[User]) -> None:
    answer = pages.post(reverse("allow-removals", args=[target.id]))
    deliver(target)

    assert "2 removals are allowed." in text_of(pages.get(answer["Location"]))
    assert not Replica.objects.filter(target=target).exclude(state=State.SYNCED).exists()
    assert "removals are held" not in text_of(pages.get(reverse("failures")))


def test_they_are_rejected_with_a_reason(pages: Client, target: Target, held: list[User]) -> None:
    address = reverse("reject-removals", args=[target.id])

    without = pages.post(address, {"reason": " "})
    pages.post(address, {"reason": "A mistake in Okta."})

    assert (without.status_code, "Say why" in text_of(without)) == (409, True)
    assert "grace rejected this on" in text_of(pages.get(reverse("failures")))
    assert "A mistake in Okta." in text_of(pages.get(reverse("failures")))


def test_who_comes_too_late_is_told(pages: Client, target: Target, held: list[User]) -> None:
    reject(target, reason="No.", by=actor())

    assert pages.post(reverse("allow-removals", args=[target.id])).status_code == 409


@pytest.mark.parametrize("name", ["allow-removals", "reject-removals", "rehearse-target"])
def test_an_auditor_looks_and_decides_nothing(
    auditor_pages: Client, target: Target, held: list[User], name: str
) -> None:
    assert auditor_pages.post(reverse(name, args=[target.id]), {"reason": "x"}).status_code == 403

    for page in (reverse("target", args=[target.id]), reverse("failures")):
        assert "2 removals are held" in text_of(auditor_pages.get(page))
        assert buttons_to(auditor_pages.get(page), "/targets/") == []


def test_support_staff_may_decide(support_pages: Client, target: Target, held: list[User]) -> None:
    assert support_pages.post(reverse("allow-removals", args=[target.id])).status_code == 302


def test_a_dry_run_shows_what_would_be_done(pages: Client, tenant: Tenant, target: Target) -> None:
    pages.post(reverse("rehearse-target", args=[target.id]))
    user = make_user(tenant, "ada")
    deliver(target)

    page = text_of(pages.get(reverse("user", args=[user.id])))
    of_target = text_of(pages.get(reverse("target", args=[target.id])))

    assert "Would be created" in page
    assert "<ins>ada</ins>" in page
    assert "Mode: Dry run" in of_target
    assert "Rehearsed" in of_target
    assert Target.objects.get(id=target.id).is_rehearsing


def test_every_mode_offers_the_two_others(pages: Client, target: Target) -> None:
    offered = {}
    for mode in (Target.Mode.LIVE, Target.Mode.DRY_RUN, Target.Mode.PAUSED):
        switch(target, mode, by=actor())
        page = pages.get(reverse("target", args=[target.id]))
        offered[mode.value] = [
            name
            for name in ("resume", "rehearse", "pause")
            if buttons_to(page, reverse(f"{name}-target", args=[target.id]))
        ]

    assert offered == {
        "live": ["rehearse", "pause"],
        "dry-run": ["resume", "pause"],
        "paused": ["resume", "rehearse"],
    }
