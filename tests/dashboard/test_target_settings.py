"""The settings of a target on pages: for administrators, without secrets, with what is wrong marked."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from downstream.models import Target
from downstream.settings import change_target
from tenants.models import Tenant
from tests.dashboard.deliveries import deliver
from tests.dashboard.reading import text_of, unexplained
from tests.factories import actor, make_target, make_user
from tests.log import log_events

SQL: dict[str, Any] = {
    "url": "sqlite:////nowhere/hr.sqlite3?password=hunter2",
    "accounts": {"table": "people", "key": "id", "columns": {"login": "userName"}},
}


def sent(target: Target, **changes: Any) -> dict[str, Any]:
    """What a browser sends that was shown the form, after somebody typed."""
    shown = {
        "revision": target.revision,
        "name": target.name,
        "config": json.dumps(target.config),
        "time_limit": target.time_limit,
        "concurrency": target.concurrency,
        "rate": "" if target.rate is None else target.rate,
        "guard_floor": target.guard_floor,
        "wait_seconds": target.wait_seconds,
        "guard_percent": target.guard_percent,
        "backlog_objective": target.backlog_objective,
    }
    return shown | changes


def change(pages: Client, target: Target, **changes: Any) -> Any:
    return pages.post(reverse("change-target", args=[target.id]), sent(target, **changes))


def test_settings_are_changed_and_the_page_says_so(pages: Client, tenant: Tenant, target: Target) -> None:
    answer = change(pages, target, name="Payroll", time_limit=20, concurrency=2)

    target.refresh_from_db()
    assert (target.name, target.time_limit, target.concurrency) == ("Payroll", 20, 2)
    assert answer.status_code == 302
    assert "The settings are saved." in text_of(pages.get(answer.url))
    assert log_events().filter(tenant=tenant, event_type="application.lifecycle.update").count() == 1


def test_a_rate_is_set_and_taken_away(pages: Client, target: Target) -> None:
    change(pages, target, rate="2.5")
    target.refresh_from_db()
    page = text_of(pages.get(reverse("target", args=[target.id])))
    set_to = target.rate

    change(pages, target, rate="")

    target.refresh_from_db()
    assert "at most 2.5 calls a second" in page
    assert (set_to, target.rate) == (2.5, None)


def test_a_form_that_is_sent_unchanged_changes_nothing(pages: Client, target: Target) -> None:
    answer = change(pages, target)

    assert "Nothing was changed." in text_of(pages.get(answer.url))


def test_a_secret_is_never_shown_and_an_empty_field_keeps_it(pages: Client, tenant: Tenant) -> None:
    target = make_target(tenant, "SQL", kind="sql", config=SQL)

    page = text_of(pages.get(reverse("change-target", args=[target.id])))
    change(pages, target, time_limit=30, secret_url="")
    target.refresh_from_db()
    kept = target.settings["url"]
    refused = text_of(change(pages, target, secret_url="mongodb://other-secret"))
    change(pages, target, secret_url="sqlite:////nowhere/other")

    target.refresh_from_db()
    assert "hunter2" not in page
    assert kept == SQL["url"]
    assert "other-secret" not in refused
    assert target.settings["url"] == "sqlite:////nowhere/other"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "a/b"}, "Use letters, digits"),
        ({"config": "{"}, "This is no JSON"),
        ({"config": "[]"}, "Write an object"),
        ({"config": "[" * 100_000}, "This is no JSON"),
        ({"config": '{"name": "HR", "shelf": 1}'}, "shelf is not known: remove it or mend its spelling."),
        ({"time_limit": 9999}, "less than or equal to 120"),
        ({"concurrency": ""}, "This field is required"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    pages: Client, target: Target, typed: dict[str, Any], said: str
) -> None:
    answer = change(pages, target, **typed)

    assert answer.status_code == 200
    assert said in text_of(answer)
    assert unexplained(answer) == []
    assert Target.objects.get(id=target.id).revision == 1


def test_who_was_overtaken_by_somebody_else_is_told(pages: Client, target: Target) -> None:
    stale = sent(target, time_limit=30)
    change_target(target, time_limit=20, by=actor())

    answer = pages.post(reverse("change-target", args=[target.id]), stale)

    assert "Somebody else has changed" in text_of(answer)
    assert Target.objects.get(id=target.id).time_limit == 20


def test_a_target_is_deleted_only_by_its_name(pages: Client, tenant: Tenant, target: Target) -> None:
    make_user(tenant, "ada")
    deliver(target)
    address = reverse("delete-target", args=[target.id])

    asked_again = pages.post(address, {"name": "hr"})
    still_there = Target.objects.filter(id=target.id).exists()
    answer = pages.post(address, {"name": "HR"})

    assert "Type HR to delete it." in text_of(asked_again)
    assert still_there
    assert answer.status_code == 302
    assert not Target.objects.filter(tenant=tenant).exists()


@pytest.mark.parametrize("name", ["change-target", "delete-target"])
def test_settings_are_for_administrators(
    support_pages: Client, auditor_pages: Client, target: Target, name: str
) -> None:
    address = reverse(name, args=[target.id])

    for browser in (support_pages, auditor_pages):
        assert browser.get(address).status_code == 403
        assert browser.post(address, sent(target, name=target.name)).status_code == 403
        assert address not in text_of(browser.get(reverse("target", args=[target.id])))
    assert Target.objects.filter(id=target.id, mode=Target.Mode.LIVE).exists()


def test_a_webhook_asks_for_its_secret_and_for_no_old_ones(pages: Client, tenant: Tenant) -> None:
    hook = make_target(tenant, "Hook", kind="webhook", config={"url": "https://hooks.example.com/"})
    before = hook.settings["secret"]

    page = text_of(pages.get(reverse("change-target", args=[hook.id])))
    change(pages, hook, backlog_objective=60)

    hook.refresh_from_db()
    assert "secret_secret" in page
    assert "old_secrets" not in page
    assert (hook.backlog_objective, hook.settings["secret"]) == (60, before)


def test_what_a_target_waits_for_is_ticked(pages: Client, tenant: Tenant, target: Target) -> None:
    other = make_target(tenant, "Mail")

    change(pages, other, after=[str(target.id)])
    page = text_of(pages.get(reverse("target", args=[other.id])))
    circle = change(pages, target, after=[str(other.id)])
    change(pages, Target.objects.get(id=other.id), time_limit=20)

    assert "Waits for" in page
    assert "would wait for each other" in text_of(circle)
    assert not other.after.exists()
