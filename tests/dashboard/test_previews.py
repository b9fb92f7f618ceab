"""The preview on the page of a replica."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from downstream.models import Target
from tenants.models import Tenant
from tests.dashboard.conftest import Stranger
from tests.dashboard.deliveries import fail, replica_of
from tests.dashboard.reading import HTMX, text_of
from tests.factories import make_user


def test_a_preview_is_a_page_and_for_htmx_a_part(pages: Client, tenant: Tenant, target: Target) -> None:
    ada = make_user(tenant, "ada", title="Countess")
    fail(target, ada)
    address = reverse("preview", args=[replica_of(ada).id])

    whole, part = text_of(pages.get(address)), text_of(pages.get(address, headers=HTMX))

    assert "<html" in whole and "<html" not in part
    for text in (whole, part):
        assert "Would be created." in text
        assert "<ins>Countess</ins>" in text


def test_an_auditor_may_look(auditor_pages: Client, tenant: Tenant, target: Target) -> None:
    ada = make_user(tenant, "ada")

    assert auditor_pages.get(reverse("preview", args=[replica_of(ada).id])).status_code == 200


def test_a_strangers_replica_is_not_found(pages: Client, stranger: Stranger) -> None:
    assert pages.get(reverse("preview", args=[stranger.replica.id])).status_code == 404


def test_card_and_failure_lead_to_the_preview(pages: Client, tenant: Tenant, target: Target) -> None:
    ada = make_user(tenant, "ada")
    fail(target, ada)
    address = reverse("preview", args=[replica_of(ada).id])

    assert address in text_of(pages.get(reverse("user", args=[ada.id])))
    assert address in text_of(pages.get(reverse("failures")))
