"""The management API: failure groups, and replays of many."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse

from audit.catalogue import EventType
from downstream.connectors.memory import forget, store
from downstream.engine import drain
from downstream.models import FailureGroup, Replay, Replica, State, Target
from downstream.replay_jobs import starting
from tenants.models import Scope, Tenant
from tests.api.conftest import Manager
from tests.factories import make_credential, make_target, make_tenant, make_user
from tests.log import log_events


@pytest.fixture(autouse=True)
def failures(tenant: Tenant) -> None:
    """Ada and Bob failed with the tenant, and with a stranger."""
    for owner in (tenant, make_tenant("stranger")):
        name = f"api-{owner.name}"
        forget(name)
        store(name).refused |= {"ada", "bob"}
        target = make_target(owner, name)
        make_user(owner, "ada")
        make_user(owner, "bob")
        drain(target.id, budget=timedelta(seconds=5))


@pytest.fixture
def second(tenant: Tenant) -> Manager:
    return Manager(f"Bearer {make_credential(tenant, scope=Scope.MANAGE).token}")


def read(answer: HttpResponse, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    found: dict[str, Any] = json.loads(answer.content)
    return found


def begun(manager: Manager, **body: Any) -> dict[str, Any]:
    return read(manager.post("replays", {"selection": {}, "reason": "Mended."} | body), 202)


def test_a_failure_group_is_told_with_cause_advice_and_count(manager: Manager) -> None:
    (group,) = read(manager.get("failure-groups"))["results"]

    assert (group["target"], group["error_class"], group["count"]) == ("api-acme", "data", 2)
    assert group["cause"] == "memory:api-acme refuses [name]."
    assert group["example"] == "memory:api-acme refuses ada."
    assert group["advice"] and group["meaning"]


def test_a_selection_becomes_a_job(manager: Manager, tenant: Tenant) -> None:
    group = FailureGroup.objects.get(target__tenant=tenant)

    job = begun(manager, selection={"failure_group": group.id, "target": "api-acme"}, rate=500)

    assert (job["state"], job["rate"], job["reason"]) == ("running", 500, "Mended.")
    assert job["progress"]["total"] == 2
    assert read(manager.get(f"replays/{job['id']}"))["id"] == job["id"]
    assert [one["id"] for one in read(manager.get("replays"))["results"]] == [job["id"]]
    assert log_events().filter(tenant=tenant, event_type=EventType.REPLAY_STARTED).count() == 1


def test_a_small_selection_is_due_at_once_and_nothing_of_a_stranger(manager: Manager, tenant: Tenant) -> None:
    job = begun(manager)

    assert job["progress"]["under_way"] == 2
    due = Replica.objects.due()
    assert {replica.target.tenant for replica in due} == {tenant}


def test_the_reason_comes_with_single_replicas_too(manager: Manager, tenant: Tenant) -> None:
    ids = list(Replica.objects.of_tenant(tenant).values_list("id", flat=True))

    answer = read(manager.post("replays", {"replicas": ids, "reason": "Mended."}), 202)

    assert answer == {"replayed": 2}
    assert not Replay.objects.exists()
    event = log_events().filter(tenant=tenant, event_type=EventType.SYNC_USER)[0]
    assert event.document["outcome"]["reason"] == "Mended."


def test_a_dry_run_tells_and_does_nothing(manager: Manager, tenant: Tenant) -> None:
    outlook = read(manager.post("replays", {"selection": {"state": "parked"}, "dry_run": True}))

    target = Target.objects.get(tenant=tenant)
    ids = list(Replica.objects.of_tenant(tenant).order_by("id").values_list("id", flat=True))
    assert outlook == {
        "selected": 2,
        "targets": [
            {"target_id": str(target.id), "target": "api-acme", "create": 2, "update": 0, "remove": 0}
        ],
        "sample": ids,
    }
    assert not Replica.objects.due().exists()


def test_nothing_that_fits_is_no_job(manager: Manager) -> None:
    answer = read(manager.post("replays", {"selection": {"error_class": "bug"}}))

    assert answer == {"selected": 0}


@pytest.mark.parametrize(
    "body",
    [
        {"selection": {}, "replicas": [1]},
        {"selection": "all"},
        {"selection": {"target": "nobody's"}},
        {"selection": {"target": {}}},
        {"selection": {"since": "x"}},
        {"selection": {"nonsense": 1}},
        {"selection": {}, "dry-run": True},
        {"selection": {"failure_group": [1]}},
        {"selection": {}, "rate": 0},
        {"selection": {}, "rate": "fast"},
        {"selection": {}, "reason": "x" * 2000},
        {"selection": {"replicas": ["x"]}},
    ],
)
def test_a_selection_of_nothing_sensible_is_refused(manager: Manager, body: Any) -> None:
    answer = manager.post("replays", body)

    assert answer.status_code == 400
    assert not Replay.objects.exists()


def test_a_job_is_stopped_and_resumed(
    manager: Manager, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "CHUNK", 0)
    job = begun(manager)

    stopped = read(manager.post(f"replays/{job['id']}/stop", {}))
    again = manager.post(f"replays/{job['id']}/stop", {})
    resumed = read(manager.post(f"replays/{job['id']}/resume", {}))

    assert (stopped["state"], resumed["state"]) == ("stopped", "running")
    assert stopped["closed_by"]["type"] == "PublicClientApp"
    assert again.status_code == 409
    assert set(Replica.objects.of_tenant(tenant).values_list("state", flat=True)) == {State.PARKED}


def test_a_second_credential_approves(manager: Manager, second: Manager, tenant: Tenant) -> None:
    Tenant.objects.filter(id=tenant.id).update(replay_approval_over=1)
    job = begun(manager)

    by_self = manager.post(f"replays/{job['id']}/approve", {})
    approved = read(second.post(f"replays/{job['id']}/approve", {}))

    assert job["state"] == "awaiting"
    assert by_self.status_code == 409
    assert approved["state"] == "running"


def test_a_second_credential_declines(manager: Manager, second: Manager, tenant: Tenant) -> None:
    Tenant.objects.filter(id=tenant.id).update(replay_approval_over=0)
    job = begun(manager)

    declined = read(second.post(f"replays/{job['id']}/decline", {}))

    assert declined["state"] == "declined"


def test_a_strangers_job_and_cause_are_not_found(manager: Manager, tenant: Tenant) -> None:
    other = Tenant.objects.get(name="stranger")
    theirs = Manager(f"Bearer {make_credential(other, scope=Scope.MANAGE).token}")
    job = begun(theirs)
    cause = FailureGroup.objects.get(target__tenant=other)

    answers = [manager.get(f"replays/{job['id']}").status_code]
    answers += [
        manager.post(f"replays/{job['id']}/{step}", {}).status_code
        for step in ("stop", "resume", "approve", "decline")
    ]

    assert answers == [404] * 5
    assert read(manager.get("replays"))["results"] == []
    assert manager.post("replays", {"selection": {"failure_group": cause.id}}).status_code == 400
