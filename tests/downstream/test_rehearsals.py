"""Dry run: nothing is written over there, and what would be is written down."""

from __future__ import annotations

import json
from typing import Any

import pytest

from directory.models import User
from directory.services import change_user, delete_user
from downstream import chores
from downstream.claims import claim
from downstream.connectors import open_connector
from downstream.errors import Transient
from downstream.models import Attempt, State, Target
from downstream.rehearsals import rehearse
from downstream.services import add_target, pause, resume, switch
from downstream.work import prepare
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.hooks import make_hook
from tests.factories import actor, make_group, make_user
from tests.log import log_events
from tests.receivers import receiving

DRY_RUN = Target.Mode.DRY_RUN


def change(user: User, **attributes: Any) -> None:
    change_user(user.tenant, user.id, lambda document: {**document, **attributes}, by=actor())


@pytest.fixture
def dry(hr: Downstream) -> Downstream:
    switch(hr.target, DRY_RUN, by=actor())
    return hr


def plan_of(hr: Downstream, resource: Any) -> dict[str, Any]:
    attempt = hr.replica(resource).attempts.newest_first()[0]
    assert attempt.outcome == Attempt.Outcome.PLANNED
    return dict(attempt.plan or {})


def test_what_would_be_done_is_written_down_and_not_done(tenant: Tenant, dry: Downstream) -> None:
    ada = make_user(tenant, "ada")
    make_group(tenant, "Engineers", ada)

    dry.drain()

    assert dry.store.writes == 0
    assert dry.replica(ada).state == State.REHEARSED
    assert (dry.replica(ada).applied, dry.replica(ada).remote_id) == (0, "")
    plan = plan_of(dry, ada)
    assert plan["would"] == "Would be created"
    assert ["userName", None, "ada"] in plan["changes"]


def test_only_what_would_change_is_told_of_an_account_that_is_there(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada", title="Countess")
    hr.drain()
    switch(hr.target, DRY_RUN, by=actor())

    change(ada, title="Programmer")
    hr.drain()

    assert hr.account(ada)["title"] == "Countess"
    assert plan_of(hr, ada)["would"] == "Would be changed"
    assert plan_of(hr, ada)["changes"] == [["title", "Countess", "Programmer"]]


def test_a_removal_is_rehearsed_too_and_holds_nobody(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    hr.drain()
    Target.objects.update(guard_floor=0, guard_percent=1)
    switch(hr.target, DRY_RUN, by=actor())

    delete_user(tenant, ada.id, by=actor())
    hr.drain()

    assert plan_of(hr, ada)["would"] == "Would be removed"
    assert len(hr.store.accounts) == 1


def test_the_log_says_that_it_was_skipped(tenant: Tenant, dry: Downstream) -> None:
    make_user(tenant, "ada")

    dry.drain()

    event = log_events().get(event_type="application.provision.user.push", tenant=tenant)
    assert event.result == "SKIPPED"
    assert json.loads(event.body)["outcome"]["reason"] == "Dry run: would be created."


def test_a_new_change_is_rehearsed_anew_and_the_same_is_not(tenant: Tenant, dry: Downstream) -> None:
    ada = make_user(tenant, "ada")
    dry.drain()
    again = dry.drain()

    change(ada, title="Programmer")
    dry.drain()

    assert again == 0
    assert dry.replica(ada).attempts.count() == 2
    assert ["title", None, "Programmer"] in plan_of(dry, ada)["changes"]


@pytest.mark.parametrize("detour", [False, True])
def test_going_live_delivers_what_was_rehearsed(
    tenant: Tenant, dry: Downstream, detour: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chores, "CHUNK", 2)
    users = [make_user(tenant, f"user{number}") for number in range(5)]
    dry.drain()
    if detour:
        pause(dry.target, by=actor())

    resume(dry.target, by=actor())
    dry.drain()

    assert {dry.replica(user).state for user in users} == {State.SYNCED}
    assert len(dry.store.accounts) == 5
    assert not Target.objects.with_chores().exists()


def test_a_rehearsal_under_way_when_it_goes_live_is_delivered(tenant: Tenant, dry: Downstream) -> None:
    ada = make_user(tenant, "ada")
    claimed = claim(Target.objects.get(id=dry.target.id))
    assert claimed
    resume(dry.target, by=actor())
    connector = open_connector("memory", dry.target.config, time_limit=5)
    rehearse(claimed, prepare(claimed.replica), connector)
    dry.drain()

    assert dry.replica(ada).state == State.SYNCED


def test_a_target_that_does_not_answer_is_tried_again(tenant: Tenant, dry: Downstream) -> None:
    ada = make_user(tenant, "ada")
    dry.store.read_errors.append(Transient("Gone fishing."))

    dry.drain()
    retrying = dry.replica(ada).state
    dry.retry_now()
    dry.drain()

    assert retrying == State.RETRYING
    assert dry.replica(ada).state == State.REHEARSED


def test_a_target_may_begin_with_a_dry_run(tenant: Tenant) -> None:
    make_user(tenant, "ada")

    target = add_target(tenant, name="HR", kind="memory", config={"name": "HR"}, mode=DRY_RUN, by=actor())

    assert target.mode == DRY_RUN
    assert target.replicas.claimable().count() == 1


def test_each_switch_is_logged_once(tenant: Tenant, hr: Downstream) -> None:
    switched = [switch(hr.target, mode, by=actor()) for mode in (DRY_RUN, DRY_RUN, Target.Mode.LIVE)]

    events = log_events().about_target(hr.target.id).order_by("-id")[:2]
    assert switched == [True, False, True]
    assert [event.event_type for event in events] == [
        "application.lifecycle.activate",
        "application.lifecycle.update",
    ]


def test_a_journal_is_told_nothing_and_everything_once_it_is_live(tenant: Tenant, hr: Downstream) -> None:
    with receiving() as receiver:
        hook = make_hook(tenant, receiver)
        switch(hook.target, DRY_RUN, by=actor())
        ada = make_user(tenant, "ada")
        hook.drain()
        told, state = list(hook.messages), hook.replica(ada).state

        resume(hook.target, by=actor())
        hook.drain()

        assert (told, state) == ([], State.REHEARSED)
        assert hook.types == ["user.lifecycle.create"]
