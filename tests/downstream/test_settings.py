"""Changing a target's settings: what it makes due, and what it frees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from downstream import chores
from downstream.claims import claim
from downstream.connectors import REGISTRY, memory
from downstream.engine import drain
from downstream.errors import AccessDenied
from downstream.models import State, Target, Trigger
from downstream.settings import change_target
from downstream.sweep import Sweeper
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.factories import actor, make_group, make_user

MOVED = {"name": "moved"}


@pytest.fixture(autouse=True)
def moved() -> memory.Store:
    memory.forget("moved")
    return memory.store("moved")


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


def test_a_name_alone_makes_nothing_due(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "ada")
    hr.drain()

    change_target(hr.target, name="Payroll", by=actor())

    assert not hr.target.replicas.due().exists()


def test_a_drain_of_a_target_that_is_gone_does_nothing(hr: Downstream) -> None:
    target_id = hr.target.id
    Target.objects.filter(id=target_id).delete()

    assert drain(target_id, budget=timedelta(seconds=1)) == 0
