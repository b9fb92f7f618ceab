"""Views of the log that are kept: one's own, and those that are shared in a tenant."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from tenants.models import Operator, Role, SavedView, Tenant
from tests.dashboard.conftest import Stranger
from tests.dashboard.reading import text_of
from tests.factories import make_operator

QUERY = "range=30d&is=outcome.result%3AFAILURE"


def saved(pages: Client, name: str = "Failures of the month", *, shared: bool = False) -> SavedView:
    shares = {"shared": "on"} if shared else {}
    pages.post(reverse("save-view"), {"name": name, "query": f"{QUERY}&event=x&live=on", **shares})
    return SavedView.objects.get(name=name)


def test_a_saved_view_keeps_the_question_and_nothing_that_passes(pages: Client, tenant: Tenant) -> None:
    view = saved(pages)

    page = text_of(pages.get(reverse("log")))

    assert view.query == QUERY
    assert view.name in page
    assert f"{QUERY.replace('&', '&amp;')}&amp;view={view.id}" in page


def test_the_page_says_which_view_it_shows(pages: Client, tenant: Tenant) -> None:
    view = saved(pages)

    page = text_of(pages.get(reverse("log"), {"view": str(view.id)}))
    other = text_of(pages.get(reverse("log"), {"view": "nobody's"}))

    assert f"Saved view:</span> {view.name}" in page
    assert "Saved view:" not in other


def test_saving_under_the_same_name_replaces(pages: Client, tenant: Tenant) -> None:
    saved(pages)

    pages.post(reverse("save-view"), {"name": "Failures of the month", "query": "q=ada"})

    assert SavedView.objects.get().query == "q=ada"


def test_colleagues_see_what_is_shared_and_nothing_else(
    pages: Client, auditor_pages: Client, tenant: Tenant
) -> None:
    saved(pages, "Mine")
    saved(pages, "Ours", shared=True)

    page = text_of(auditor_pages.get(reverse("log")))

    assert "Ours" in page
    assert "Mine" not in page


def test_an_auditor_saves_for_themselves_alone(auditor_pages: Client, tenant: Tenant) -> None:
    assert not saved(auditor_pages, shared=True).shared
    assert 'name="shared"' not in text_of(auditor_pages.get(reverse("log")))


def test_only_its_owner_or_an_administrator_removes_a_shared_view(
    pages: Client, support_pages: Client, auditor_pages: Client, tenant: Tenant
) -> None:
    view = saved(support_pages, shared=True)

    refused = auditor_pages.post(reverse("remove-view", args=[view.id]))
    assert refused.status_code == 403
    assert SavedView.objects.exists()

    assert pages.post(reverse("remove-view", args=[view.id])).status_code == 302
    assert not SavedView.objects.exists()


def test_a_view_of_somebody_else_is_not_found(
    pages: Client, support_pages: Client, stranger: Stranger, tenant: Tenant
) -> None:
    private = saved(support_pages)
    theirs = make_operator(stranger.tenant, Role.ADMIN)
    strange = SavedView.objects.create(owner=theirs, name="Strange", query="", shared=True)

    answers = [pages.post(reverse("remove-view", args=[view.id])) for view in (private, strange)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert SavedView.objects.count() == 2
    assert "Strange" not in text_of(pages.get(reverse("log")))


def test_a_view_needs_a_name(pages: Client, admin: Operator) -> None:
    answers = [pages.post(reverse("save-view"), {"name": name, "query": ""}) for name in ("", "x" * 61)]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert not SavedView.objects.exists()


def test_looking_removes_nothing(pages: Client, tenant: Tenant) -> None:
    view = saved(pages)

    assert pages.get(reverse("remove-view", args=[view.id])).status_code == 405
    assert SavedView.objects.exists()
