"""Changing a target's settings: what it makes due, what it frees, what the log tells of it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from audit.models import Event
from downstream import chores
from downstream.claims import claim
from downstream.connectors import REGISTRY, memory
from downstream.engine import drain
from downstream.errors import AccessDenied
from downstream.models import State, Target, Trigger
from downstream.refusals import Outdated, Refusal
from downstream.settings import MARK, change_target
from downstream.sweep import Sweeper
from lib.secrets import encrypt
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.factories import actor, make_group, make_target, make_user

MOVED = {"name": "moved"}
SQL: dict[str, Any] = {
    "url": "sqlite:////nowhere/hr.sqlite3?password=hunter2",
    "accounts": {"table": "people", "key": "id", "columns": {"login": "userName"}},
}


@pytest.fixture(autouse=True)
def moved() -> memory.Store:
    memory.forget("moved")
    return memory.store("moved")


def changed(target: Target) -> dict[str, Any]:
    """The change that the log tells of last."""
    event = Event.objects.filter(event_type="application.lifecycle.update", target_id=target.id).last()
    assert event is not None
    subject = json.loads(event.body)["target"][0]
    return {"from": subject["changeDetails"]["from"], "to": subject["changeDetails"]["to"]}


def test_a_new_configuration_reaches_everything_that_was_in_step(
    tenant: Tenant, hr: Downstream, stranger: Downstream, moved: memory.Store
) -> None:
    ada = make_user(tenant, "ada")
    make_group(tenant, "Engineers", ada)
    hr.drain()
    stranger.drain()

    assert change_target(hr.target, config=MOVED, by=actor())
    hr.drain()

    assert {account.get("userName") or account["displayName"] for account in moved.accounts.values()} == {
        "ada",
        "Engineers",
    }
    assert hr.replica(ada).trigger == Trigger.SETTINGS
    assert stranger.drain() == 0


def test_a_fingerprint_does_not_hide_a_new_configuration(tenant: Tenant, hr: Downstream) -> None:
    """The same account over there, told the same document, by other rules."""
    make_user(tenant, "ada")
    hr.drain()
    writes = hr.store.writes

    change_target(hr.target, config={**hr.target.config, "members_per_call": 5}, by=actor())
    hr.drain()

    assert hr.store.writes == writes + 1


def test_failures_that_it_may_end_are_tried_again_and_the_others_are_not(
    tenant: Tenant, hr: Downstream
) -> None:
    users = {name: make_user(tenant, name) for name in ("data", "bug")}
    hr.store.refused.add("data")
    hr.drain()
    hr.target.replicas.filter(user=users["bug"]).update(state=State.PARKED, error_class="bug", due_at=None)

    change_target(hr.target, config=MOVED, by=actor())
    hr.drain()

    assert hr.replica(users["data"]).state == State.SYNCED
    assert hr.replica(users["bug"]).state == State.PARKED


def test_trouble_is_looked_into_at_once(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.store.errors.append(AccessDenied("Wrong password."))
    hr.drain()

    change_target(hr.target, config=MOVED, by=actor())
    hr.drain()

    assert hr.replica(ada).state == State.SYNCED
    assert Target.objects.get(id=hr.target.id).trouble_class == ""


def test_whoever_delivers_by_the_old_configuration_takes_nothing_more(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "ada")
    as_read = Target.objects.get(id=hr.target.id)

    change_target(hr.target, config=MOVED, by=actor())

    assert claim(as_read) is None
    assert claim(Target.objects.get(id=hr.target.id)) is not None


def test_a_delivery_under_way_meanwhile_is_repeated(
    tenant: Tenant, hr: Downstream, moved: memory.Store
) -> None:
    ada = make_user(tenant, "ada")
    hr.drain()

    class Changes(memory.MemoryConnector):
        def put(self, document: Any, remote_id: Any, **more: Any) -> Any:
            change_target(hr.target, config=MOVED, by=actor())
            return super().put(document, remote_id, **more)

    hr.target.replicas.all().stir(fingerprint="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(REGISTRY, "memory", Changes)
        hr.drain()
    hr.drain()

    assert hr.replica(ada).state == State.SYNCED
    assert len(moved.accounts) == 1


def test_a_large_target_is_made_due_part_by_part_by_workers(
    tenant: Tenant, hr: Downstream, moved: memory.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        make_user(tenant, f"user{number}")
    hr.drain()
    monkeypatch.setattr(chores, "CHUNK", 2)

    change_target(hr.target, config=MOVED, by=actor())
    due_at_once = hr.target.replicas.due().count()
    hr.drain()

    assert due_at_once == 2
    assert len(moved.accounts) == 5
    assert not Target.objects.with_chores().exists()


def test_the_sweep_finds_what_a_change_has_left(
    tenant: Tenant, hr: Downstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the process had died behind the change."""
    Target.objects.filter(id=hr.target.id).update(recompare_after=0)
    asked: list[Any] = []
    monkeypatch.setattr("downstream.sweep.publish", lambda *_: False)

    Sweeper(asked.append).sweep()

    assert hr.target.id in asked


def test_secrets_that_are_left_out_stay_and_are_never_logged(tenant: Tenant) -> None:
    target = make_target(tenant, kind="sql", config=SQL)
    accounts = {**SQL["accounts"], "columns": {"login": "userName", "mail": "emails[primary eq true].value"}}

    change_target(target, config={"accounts": accounts}, by=actor())
    kept = target.settings["url"]
    change_target(target, config={"accounts": accounts, "url": "sqlite:////nowhere/other"}, by=actor())

    assert kept == SQL["url"]
    assert target.settings["url"] == "sqlite:////nowhere/other"
    assert changed(target) == {"from": {"config.url": MARK}, "to": {"config.url": MARK}}
    assert not Event.objects.filter(body__contains="hunter2").exists()


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
    assert not Event.objects.filter(event_type="application.lifecycle.update").exists()


def test_a_name_alone_makes_nothing_due(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "ada")
    hr.drain()

    change_target(hr.target, name="Payroll", by=actor())

    assert not hr.target.replicas.due().exists()


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


def test_a_drain_of_a_target_that_is_gone_does_nothing(hr: Downstream) -> None:
    target_id = hr.target.id
    Target.objects.filter(id=target_id).delete()

    assert drain(target_id, budget=timedelta(seconds=1)) == 0
