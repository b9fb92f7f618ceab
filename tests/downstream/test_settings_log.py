"""What the log tells of changed settings, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from downstream.models import Target
from downstream.refusals import Outdated, Refusal
from downstream.settings import MARK, change_target
from lib.secrets import encrypt
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.factories import actor, make_target, make_user
from tests.log import log_events

SQL: dict[str, Any] = {
    "url": "sqlite:////nowhere/hr.sqlite3?password=hunter2",
    "accounts": {"table": "people", "key": "id", "columns": {"login": "userName"}},
}


def changed(target: Target) -> dict[str, Any]:
    """The change that the log tells of last."""
    event = log_events().filter(event_type="application.lifecycle.update", target_id=target.id).last()
    assert event is not None
    subject = json.loads(event.body)["target"][0]
    return {"from": subject["changeDetails"]["from"], "to": subject["changeDetails"]["to"]}


def test_secrets_that_are_left_out_stay_and_are_never_logged(tenant: Tenant) -> None:
    target = make_target(tenant, kind="sql", config=SQL)
    accounts = {**SQL["accounts"], "columns": {"login": "userName", "mail": "emails[primary eq true].value"}}

    change_target(target, config={"accounts": accounts}, by=actor())
    kept = target.settings["url"]
    change_target(target, config={"accounts": accounts, "url": "sqlite:////nowhere/other"}, by=actor())

    assert kept == SQL["url"]
    assert target.settings["url"] == "sqlite:////nowhere/other"
    assert changed(target) == {"from": {"config.url": MARK}, "to": {"config.url": MARK}}
    assert not log_events().filter(body__contains="hunter2").exists()


def test_the_log_tells_what_was_and_what_is(hr: Downstream) -> None:
    old = hr.target.name

    change_target(hr.target, name="Payroll", time_limit=20, concurrency=2, by=actor())

    assert changed(hr.target) == {
        "from": {"name": old, "time_limit": 10, "concurrency": 4},
        "to": {"name": "Payroll", "time_limit": 20, "concurrency": 2},
    }


def test_what_changes_nothing_leaves_no_trace(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "ada")
    hr.drain()

    assert not change_target(hr.target, name=hr.target.name, config=hr.target.config, by=actor())

    assert hr.target.revision == 1
    assert not hr.target.replicas.due().exists()
    assert not log_events().filter(event_type="application.lifecycle.update").exists()


def test_of_two_people_who_change_it_at_once_the_second_is_told(hr: Downstream) -> None:
    change_target(hr.target, revision=1, time_limit=20, by=actor())

    with pytest.raises(Outdated, match="Somebody else"):
        change_target(hr.target, revision=1, time_limit=30, by=actor())

    assert Target.objects.get(id=hr.target.id).time_limit == 20


@pytest.mark.parametrize(
    ("changes", "field", "remedy"),
    [
        ({"name": "a/b"}, "name", "Use letters"),
        ({"name": ""}, "name", "blank"),
        ({"time_limit": 0}, "time_limit", "greater than or equal to 1"),
        ({"time_limit": 3600}, "time_limit", "less than or equal to 120"),
        ({"concurrency": 65}, "concurrency", "less than or equal to 64"),
        ({"rate": 0.001}, "rate", "from 0.01 to 1,000 calls a second"),
        ({"rate": float("nan")}, "rate", "from 0.01 to 1,000"),
        ({"rate": 1e9}, "rate", "from 0.01 to 1,000"),
        ({"config": {}}, "config", "name is missing: add it"),
        ({"config": {"name": "x", "shelf": 1}}, "config", "shelf is not known: remove it"),
    ],
)
def test_a_refusal_names_the_field_and_the_remedy(
    hr: Downstream, changes: Any, field: str, remedy: str
) -> None:
    with pytest.raises(Refusal, match=remedy) as refused:
        change_target(hr.target, by=actor(), **changes)

    assert refused.value.field == field
    assert Target.objects.get(id=hr.target.id).revision == 1


def test_a_name_that_another_target_has_is_refused(
    tenant: Tenant, hr: Downstream, stranger: Downstream
) -> None:
    make_target(tenant, "Payroll")

    with pytest.raises(Refusal, match="already"):
        change_target(hr.target, name="Payroll", by=actor())
    assert change_target(hr.target, name=stranger.target.name, by=actor())


def test_secrets_that_no_key_opens_may_be_replaced(tenant: Tenant) -> None:
    target = make_target(tenant, kind="sql", config=SQL)
    Target.objects.filter(id=target.id).update(sealed_secrets=encrypt({})[:-8] + "AAAAAAA=")

    with pytest.raises(Refusal, match="send the secrets anew"):
        change_target(target, config={"accounts": SQL["accounts"]}, by=actor())
    assert change_target(target, config=SQL, by=actor())

    assert target.settings == SQL
