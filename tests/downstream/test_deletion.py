"""Deleting a target: nothing more is delivered there, and nothing of it is left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from directory.catalogue import Entitlement
from downstream import chores
from downstream.claims import claim
from downstream.engine import drain
from downstream.entitlements import import_entitlements
from downstream.models import Attempt, Replica, Target
from downstream.refusals import Refusal
from downstream.services import resume
from downstream.settings import change_target, delete_target
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.factories import actor, make_user
from tests.log import log_events


def test_with_a_target_goes_what_was_known_of_it_and_nothing_else(
    tenant: Tenant, hr: Downstream, stranger: Downstream
) -> None:
    ada = make_user(tenant, "ada")
    hr.drain()
    stranger.drain()

    delete_target(hr.target, by=actor())
    delete_target(hr.target, by=actor())

    assert list(Target.objects.all()) == [stranger.target]
    assert Replica.objects.count() == Attempt.objects.count() == 1
    assert hr.store.accounts
    assert log_events().filter(event_type="application.lifecycle.delete").count() == 1
    ada.refresh_from_db()


def test_deliveries_under_way_are_waited_for(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "ada")
    assert claim(hr.target)

    delete_target(hr.target, by=actor())
    waits = Target.objects.filter(id=hr.target.id).exists()
    hr.target.replicas.update(lease_until=timezone.now() - timedelta(seconds=1))
    drain(hr.target.id, budget=timedelta(seconds=1))

    assert waits
    assert not Target.objects.filter(id=hr.target.id).exists()


def test_a_target_that_goes_takes_nothing_more_and_does_not_come_back(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "ada")
    make_user(tenant, "grace")
    claim(hr.target)
    delete_target(hr.target, by=actor())

    assert not resume(hr.target, by=actor())
    assert hr.drain() == 0
    with pytest.raises(Refusal, match="is deleted"):
        change_target(hr.target, time_limit=20, by=actor())


def test_changes_in_the_meantime_do_not_hold_it_up(
    tenant: Tenant, hr: Downstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every change of the directory still raises what even this target owes."""
    monkeypatch.setattr(chores, "CHUNK", 2)
    for number in range(5):
        make_user(tenant, f"user{number}")
    claim(hr.target)
    delete_target(hr.target, by=actor())
    make_user(tenant, "late")
    hr.target.replicas.update(lease_until=timezone.now() - timedelta(seconds=1))

    hr.drain()

    assert not Target.objects.filter(id=hr.target.id).exists()


def test_roles_that_were_read_from_it_go_with_it(tenant: Tenant, hr: Downstream) -> None:
    hr.store.entitlements.append({"type": "Role", "id": "editor", "displayName": "Editor"})
    import_entitlements(hr.target, by=actor())

    delete_target(hr.target, by=actor())

    assert not Entitlement.objects.exists()
