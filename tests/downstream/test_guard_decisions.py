"""What a person decides about removals that the guard holds."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from directory.services import change_user
from downstream import guard
from downstream.guard import allow, reject
from downstream.models import State, Target
from downstream.refusals import Refusal
from downstream.replays import replay
from downstream.settings import change_target
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.removals import delete, people, states, told
from tests.downstream.test_delivery import switch
from tests.factories import actor


def test_a_person_allows_and_for_an_hour_nothing_is_held(
    tenant: Tenant, guarded: Downstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "CHUNK", 2)
    users = people(tenant, guarded, 9)
    delete(users[:6])
    guarded.drain()

    freed = allow(guarded.target, by=actor())
    delete(users[6:])
    guarded.drain()

    assert freed == 4
    assert guarded.store.accounts == {}
    assert Target.objects.get(id=guarded.target.id).guard_since is None
    assert told(guarded) == ["hold", "allow"]


def test_what_was_allowed_does_not_count_afterwards(tenant: Tenant, guarded: Downstream) -> None:
    users = people(tenant, guarded, 8)
    delete(users[:5])
    guarded.drain()
    allow(guarded.target, by=actor())
    guarded.drain()
    Target.objects.filter(id=guarded.target.id).update(guard_open_until=timezone.now())

    delete(users[5:])
    guarded.drain()

    assert states(guarded, users[5:]) == [State.SYNCED, State.SYNCED, State.HELD]


def test_a_person_rejects_and_each_of_them_says_why(tenant: Tenant, guarded: Downstream) -> None:
    users = people(tenant, guarded, 4)
    for user in users:
        change_user(tenant, user.id, switch(False), by=actor())
    guarded.drain()

    assert reject(guarded.target, reason="Somebody emptied a group by mistake.", by=actor()) == 2
    guarded.drain()

    parked = guarded.replica(users[3])
    assert (parked.state, parked.due_at, parked.error_class) == (State.PARKED, None, "rejected")
    assert "Lockstep rejected this on" in parked.error
    assert "Somebody emptied a group by mistake." in parked.error
    assert told(guarded) == ["hold", "reject"]
    # A new version frees it; a replay is asked about again.
    change_user(tenant, users[3].id, switch(True), by=actor())
    replay(guarded.target.replicas.filter(user=users[2]), by=actor())
    guarded.drain()
    assert states(guarded, users[2:]) == [State.HELD, State.SYNCED]


def test_a_changed_configuration_frees_nothing_that_is_held_or_rejected(
    tenant: Tenant, guarded: Downstream
) -> None:
    users = people(tenant, guarded, 4)
    delete(users)
    guarded.drain()
    reject(guarded.target, reason="No.", by=actor())
    replay(guarded.target.replicas.filter(user=users[2]), by=actor())
    guarded.drain()

    change_target(guarded.target, config={**guarded.target.config, "members_per_call": 3}, by=actor())
    guarded.drain()

    assert states(guarded, users[2:]) == [State.HELD, State.PARKED]


def test_there_is_nothing_to_decide_where_nothing_is_held(guarded: Downstream) -> None:
    with pytest.raises(Refusal, match="Nothing is held"):
        allow(guarded.target, by=actor())
    with pytest.raises(Refusal, match="Nothing is held"):
        reject(guarded.target, reason="No.", by=actor())
    with pytest.raises(Refusal, match="Say why"):
        reject(guarded.target, reason=" ", by=actor())


def test_the_command_decides(tenant: Tenant, guarded: Downstream) -> None:
    users = people(tenant, guarded, 4)
    delete(users)
    guarded.drain()
    named = (tenant.name, guarded.target.name)

    call_command("decide_removals", *named, "--allow", stdout=StringIO())
    guarded.drain()

    assert guarded.store.accounts == {}
    with pytest.raises(CommandError, match="Nothing is held"):
        call_command("decide_removals", *named, "--reject", "No.", stdout=StringIO())
