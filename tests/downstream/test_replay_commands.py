"""Replays at the keyboard."""

from __future__ import annotations

import json
import time
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.catalogue import EventType
from downstream.models import FailureGroup, Replay, State
from downstream.replay_jobs import parts, starting
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.factories import make_user
from tests.log import log_events

NO_ONE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(autouse=True)
def failures(tenant: Tenant, hr: Downstream, stranger: Downstream) -> None:
    names = {"ada", "bob", "carl"}
    hr.store.refused |= names
    stranger.store.refused |= names
    for name in sorted(names):
        make_user(tenant, name)
    hr.drain()
    stranger.drain()


def answer(*arguments: str) -> dict[str, Any]:
    output = StringIO()
    call_command(*arguments, "--json", stdout=output)
    found: dict[str, Any] = json.loads(output.getvalue())
    return found


def test_everything_failed_is_replayed_unless_told_otherwise(
    tenant: Tenant, hr: Downstream, stranger: Downstream
) -> None:
    told = answer("replay", tenant.name, "--reason", "Mended.")

    assert (told["selected"], told["replayed"], told["state"]) == (3, 3, "running")
    assert hr.target.replicas.due().count() == 3
    assert stranger.target.replicas.due().count() == 0
    event = log_events().get(tenant=tenant, event_type=EventType.REPLAY_STARTED)
    assert event.document["outcome"]["reason"] == "Mended."


def test_a_dry_run_only_counts(tenant: Tenant, hr: Downstream) -> None:
    told = answer("replay", tenant.name, "--target", hr.target.name, "--dry-run")

    assert (told["tenant"], told["selected"], told["replayed"]) == (tenant.name, 3, 0)
    assert told["targets"][0]["create"] == 3
    assert not hr.target.replicas.due().exists()


def test_a_cause_and_a_time_are_selected(tenant: Tenant, hr: Downstream) -> None:
    group = FailureGroup.objects.get(target=hr.target)

    assert answer("replay", tenant.name, "--until", "2026-01-01T00:00:00Z") == {
        "tenant": tenant.name,
        "selected": 0,
        "replayed": 0,
        "targets": [],
    }
    assert answer("replay", tenant.name, "--failure-group", str(group.id))["replayed"] == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ("--target", "nobody's"),
        ("--since", "yesterday"),
        ("--group", "x"),
        ("--failure-group", "x"),
        ("--rate", "100000"),
    ],
)
def test_what_makes_no_sense_is_explained(tenant: Tenant, hr: Downstream, arguments: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        answer("replay", tenant.name, *arguments)

    assert not hr.target.replicas.due().exists()


def test_a_replay_is_waited_for(tenant: Tenant, hr: Downstream, monkeypatch: pytest.MonkeyPatch) -> None:
    hr.store.refused = {"carl"}
    # While it waits, a worker delivers.
    monkeypatch.setattr(time, "sleep", lambda seconds: hr.drain())

    told = answer("replay", tenant.name, "--wait")

    assert (told["state"], told["delivered"], told["failed"]) == ("finished", 2, 1)


def test_replays_are_listed_stopped_and_resumed(
    tenant: Tenant, hr: Downstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "CHUNK", 0)
    monkeypatch.setattr(parts, "WINDOW", 2)
    job = answer("replay", tenant.name)["replay"]

    stopped = answer("replays", tenant.name, "--stop", job)["replays"]
    resumed = answer("replays", tenant.name, "--resume", job)["replays"]

    assert [(one["id"], one["state"], one["to_come"]) for one in stopped] == [(job, "stopped", 3)]
    assert [one["state"] for one in resumed] == ["running"]
    assert answer("replays", tenant.name)["replays"] == resumed
    assert set(hr.target.replicas.values_list("state", flat=True)) == {State.PARKED}
    output = StringIO()
    call_command("replays", tenant.name, stdout=output)
    assert "Everything failed" in output.getvalue()


def test_who_asked_at_the_keyboard_does_not_approve_there(tenant: Tenant, hr: Downstream) -> None:
    Tenant.objects.filter(id=tenant.id).update(replay_approval_over=0)
    told = answer("replay", tenant.name, "--wait")

    with pytest.raises(CommandError, match="somebody else"):
        answer("replays", tenant.name, "--approve", told["replay"])
    declined = answer("replays", tenant.name, "--decline", told["replay"])["replays"]

    assert (told["state"], told["replayed"]) == ("awaiting", 0)
    assert declined[0]["state"] == "declined"


@pytest.mark.parametrize("identifier", ["x", NO_ONE])
def test_an_unknown_replay_is_explained(tenant: Tenant, identifier: str) -> None:
    with pytest.raises(CommandError):
        answer("replays", tenant.name, "--stop", identifier)


def test_a_strangers_replay_is_unknown(tenant: Tenant, stranger: Downstream) -> None:
    job = answer("replay", stranger.target.tenant.name)["replay"]

    with pytest.raises(CommandError):
        answer("replays", tenant.name, "--stop", job)
    assert Replay.objects.get().is_running
