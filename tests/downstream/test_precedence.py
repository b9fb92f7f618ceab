"""Dependencies between targets: first there, then here; removals wait for nobody."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command

from directory.services import change_user, delete_user
from downstream.claims import claim
from downstream.connectors import REGISTRY, memory
from downstream.models import State, Target
from downstream.precedence import awaited, wait_for
from downstream.refusals import Refusal
from downstream.services import pause
from downstream.settings import change_target, delete_target
from downstream.work import prepare
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.test_delivery import rename, switch
from tests.factories import actor, make_group, make_user
from tests.log import log_events


@pytest.fixture
def mail(tenant: Tenant, hr: Downstream, make_downstream: Callable[[Tenant], Downstream]) -> Downstream:
    """Waits for HR."""
    mail = make_downstream(tenant)
    change_target(mail.target, after=[hr.target], by=actor())
    return mail


def test_a_user_is_created_here_once_it_is_there(tenant: Tenant, hr: Downstream, mail: Downstream) -> None:
    ada = make_user(tenant, "ada")

    mail.drain()
    waiting = mail.replica(ada)
    hr.drain()
    mail.drain()

    assert (waiting.state, waiting.error) == (
        State.WAITING,
        f"Waits until it is in step in {hr.target.name}.",
    )
    assert mail.replica(ada).state == State.SYNCED
    assert mail.replica(ada).error == ""


def test_an_update_and_a_group_wait_too(tenant: Tenant, hr: Downstream, mail: Downstream) -> None:
    ada = make_user(tenant, "ada")
    group = make_group(tenant, "Engineers", ada)
    hr.drain()
    mail.drain()

    change_user(tenant, ada.id, rename("Countess"), by=actor())
    mail.drain()
    before = mail.account(ada).get("displayName")
    hr.drain()
    mail.drain()

    assert before != "Countess"
    assert mail.account(ada)["displayName"] == "Countess"
    assert mail.replica(group).state == State.SYNCED


@pytest.mark.parametrize("removal", ["disable", "delete"])
def test_removals_never_wait(tenant: Tenant, hr: Downstream, mail: Downstream, removal: str) -> None:
    ada = make_user(tenant, "ada")
    hr.drain()
    mail.drain()

    if removal == "disable":
        change_user(tenant, ada.id, switch(False), by=actor())
    else:
        delete_user(tenant, ada.id, by=actor())
    mail.drain()

    assert hr.store.accounts
    assert mail.replica(ada).state == State.SYNCED
    assert all(account["active"] is False for account in mail.store.accounts.values())


def test_what_has_failed_there_keeps_this_one_waiting_and_says_so(
    tenant: Tenant, hr: Downstream, mail: Downstream
) -> None:
    ada = make_user(tenant, "ada")
    hr.store.refused.add("ada")
    hr.drain()

    mail.drain()

    assert mail.replica(ada).state == State.WAITING
    assert "where it has failed" in mail.replica(ada).error


def test_a_paused_target_is_named(tenant: Tenant, hr: Downstream, mail: Downstream) -> None:
    ada = make_user(tenant, "ada")
    pause(hr.target, by=actor())

    mail.drain()

    assert "is not live (paused)" in mail.replica(ada).error


def test_a_success_there_during_the_look_here_is_not_missed(
    tenant: Tenant, hr: Downstream, mail: Downstream
) -> None:
    """The look finds nothing yet, then comes the success with its wake-up, then the verdict to wait."""
    ada = make_user(tenant, "ada")
    claimed = claim(Target.objects.get(id=mail.target.id))
    assert claimed
    first = awaited(prepare(claimed.replica))
    assert first

    hr.drain()
    wait_for(claimed, first)

    assert mail.replica(ada).state == State.PENDING
    mail.drain()
    assert mail.replica(ada).state == State.SYNCED


def test_a_lost_wake_up_costs_minutes_and_no_more(tenant: Tenant, hr: Downstream, mail: Downstream) -> None:
    ada = make_user(tenant, "ada")
    mail.drain()
    hr.target.replicas.update(applied=1)

    mail.retry_now()
    mail.drain()

    assert mail.replica(ada).state == State.SYNCED


@pytest.mark.parametrize("way", ["delete", "change"])
def test_with_the_dependency_goes_the_waiting(
    tenant: Tenant, hr: Downstream, mail: Downstream, way: str
) -> None:
    ada = make_user(tenant, "ada")
    mail.drain()

    if way == "delete":
        delete_target(hr.target, by=actor())
    else:
        change_target(mail.target, after=[], by=actor())
    mail.drain()

    assert mail.replica(ada).state == State.SYNCED


def test_circles_are_refused(
    tenant: Tenant, hr: Downstream, mail: Downstream, make_downstream: Callable[[Tenant], Downstream]
) -> None:
    chat = make_downstream(tenant)
    change_target(chat.target, after=[mail.target], by=actor())

    with pytest.raises(Refusal, match="wait for each other") as refused:
        change_target(hr.target, after=[chat.target], by=actor())
    with pytest.raises(Refusal, match="wait for itself"):
        change_target(hr.target, after=[hr.target], by=actor())

    assert refused.value.field == "after"
    assert not hr.target.after.exists()


def test_a_stranger_s_target_is_nothing_to_wait_for(hr: Downstream, stranger: Downstream) -> None:
    with pytest.raises(Refusal, match="its own tenant"):
        change_target(hr.target, after=[stranger.target], by=actor())


def test_the_log_tells_of_the_order_and_a_command_sets_it(
    tenant: Tenant, hr: Downstream, mail: Downstream
) -> None:
    call_command("change_target", tenant.name, mail.target.name, "--after", stdout=StringIO())
    without = list(mail.target.after.all())
    call_command("change_target", tenant.name, mail.target.name, "--after", hr.target.name, stdout=StringIO())

    assert without == []
    assert list(mail.target.after.all()) == [hr.target]
    event = log_events().filter(event_type="application.lifecycle.update", target_id=mail.target.id).last()
    assert event
    assert event.document["target"][0]["changeDetails"]["to"] == {"after": [hr.target.name]}


def test_a_group_that_is_no_business_of_the_other_target_does_not_wait_for_ever(
    tenant: Tenant, hr: Downstream, mail: Downstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    class OnlyUsers(memory.MemoryConnector):
        @property
        def resource_types(self) -> frozenset[str]:
            return frozenset({"User"})

    group = make_group(tenant, "Engineers")
    with monkeypatch.context() as patch:
        patch.setitem(REGISTRY, "memory", OnlyUsers)
        hr.drain()
    mail.drain()

    assert mail.replica(group).state == State.SYNCED
