"""How targets stand on the overview, and what finding it out costs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.sealing import seal_all
from dashboard import standings
from downstream.models import Target
from downstream.services import pause
from tenants.models import Tenant
from tests.dashboard.deliveries import fail
from tests.dashboard.reading import text_of
from tests.factories import actor, make_target, make_user


def test_what_waits_for_a_paused_target_is_its_backlog(pages: Client, tenant: Tenant, target: Target) -> None:
    pause(target, by=actor())
    make_user(tenant, "ada")

    standing = pages.get(reverse("overview")).context["standings"][0]

    assert (standing.condition.label, standing.backlog, standing.failures) == ("Paused", 1, 0)


def test_a_backlog_is_counted_only_so_far(
    pages: Client, tenant: Tenant, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standings, "MOST", 2)
    pause(target, by=actor())
    for name in ("ada", "bob", "eve", "zoe"):
        make_user(tenant, name)

    response = pages.get(reverse("overview"))

    assert response.context["standings"][0].backlog == 3


def test_more_targets_take_no_more_queries(pages: Client, tenant: Tenant, target: Target) -> None:
    make_user(tenant, "ada")
    seal_all()
    with CaptureQueriesContext(connection) as before:
        pages.get(reverse("overview"))
    for name in ("Payroll", "Wiki"):
        make_target(tenant, name)
    seal_all()

    with CaptureQueriesContext(connection) as after:
        pages.get(reverse("overview"))

    assert len(after) == len(before)


def test_a_backlog_says_what_is_no_part_of_it(pages: Client, tenant: Tenant, target: Target) -> None:
    fail(target, make_user(tenant, "ada"))

    page = text_of(pages.get(reverse("target", args=[target.id])))

    assert "without 1 that wait for a person" in page
