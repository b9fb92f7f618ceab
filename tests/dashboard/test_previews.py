"""The preview on the page of a replica."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from downstream.connectors import memory
from downstream.models import Target
from downstream.overrides import override
from tenants.models import Tenant
from tests.dashboard.conftest import Stranger
from tests.dashboard.deliveries import deliver, fail, replica_of
from tests.dashboard.reading import HTMX, text_of
from tests.factories import actor, make_user


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


def test_a_value_is_overridden_and_delivered_from_the_page(
    support_pages: Client, tenant: Tenant, target: Target
) -> None:
    ada = make_user(tenant, "ada", title="Dr")
    memory.store(target.name).unwanted["title"] = "Dr"
    deliver(target)
    replica = replica_of(ada)
    address = reverse("preview", args=[replica.id])
    before = text_of(support_pages.get(address))

    sent = {"field": "title", "value": "Doctor", "reason": "Known to HR", "term": "7"}
    answer = support_pages.post(reverse("make-override", args=[replica.id]), sent, follow=True)
    deliver(target)

    assert '<option value="title" selected>' in before
    page = text_of(answer)
    assert "title is overridden" in page
    assert "Known to HR" in page
    assert memory.store(target.name).accounts[replica_of(ada).remote_id]["title"] == "Doctor"


def test_an_override_is_ended_from_the_page(pages: Client, tenant: Tenant, target: Target) -> None:
    replica = replica_of(make_user(tenant, "ada"))
    sent = {"field": "title", "value": "Dr", "reason": "x", "term": ""}
    pages.post(reverse("make-override", args=[replica.id]), sent)
    made = replica.overrides.get()

    answer = pages.post(reverse("end-override", args=[replica.id, made.id]), follow=True)

    assert "is ended" in text_of(answer)
    made.refresh_from_db()
    assert made.ended_at is not None


def test_a_wrong_override_is_told_beside_the_form(pages: Client, tenant: Tenant, target: Target) -> None:
    replica = replica_of(make_user(tenant, "ada"))
    address = reverse("make-override", args=[replica.id])

    without_reason = pages.post(address, {"field": "title", "value": "Dr", "reason": ""})
    unknown = pages.post(address, {"field": "userName", "value": "eve", "reason": "x"})

    assert (without_reason.status_code, unknown.status_code) == (400, 400)
    assert "This field is required" in text_of(without_reason)
    assert "not one of the available choices" in text_of(unknown)
    assert not replica.overrides.exists()


def test_an_auditor_overrides_nothing(auditor_pages: Client, tenant: Tenant, target: Target) -> None:
    replica = replica_of(make_user(tenant, "ada"))
    sent = {"field": "title", "value": "Dr", "reason": "x"}

    assert auditor_pages.post(reverse("make-override", args=[replica.id]), sent).status_code == 403
    assert "Fix and replay" not in text_of(auditor_pages.get(reverse("preview", args=[replica.id])))


def test_a_strangers_override_is_not_found(
    pages: Client, stranger: Stranger, tenant: Tenant, target: Target
) -> None:
    mine = replica_of(make_user(tenant, "ada"))
    told = {"reason": "x", "expires_at": None, "by": actor()}
    theirs = override(stranger.replica, "title", "Dr", **told)  # type: ignore[arg-type]
    sent = {"field": "title", "value": "Dr", "reason": "x"}

    assert pages.post(reverse("make-override", args=[stranger.replica.id]), sent).status_code == 404
    assert pages.post(reverse("end-override", args=[stranger.replica.id, theirs.id])).status_code == 404
    assert pages.post(reverse("end-override", args=[mine.id, theirs.id])).status_code == 404
