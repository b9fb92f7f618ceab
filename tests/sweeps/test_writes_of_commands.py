"""Whatever is changed by a command is in the log: by which command and whose account."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.management import call_command, get_commands

from audit.catalogue import EventType
from downstream.connectors import memory
from tenants.models import Tenant
from tests.factories import make_credential
from tests.log import log_events
from tests.sweeps.world import SIEM, World

OURS = ("tenants", "audit", "directory", "downstream", "scim", "api", "dashboard")


class Write(NamedTuple):
    told: EventType
    arguments: Callable[[World, Path], list[str]]


def of_target(*more: str) -> Callable[[World, Path], list[str]]:
    return lambda world, _: ["acme", world.target.name, *more]


def replayed(world: World, folder: Path) -> list[str]:
    return ["acme", "--target", world.parked.target.name, "--reason", "Mended."]


def new_target(world: World, folder: Path) -> list[str]:
    memory.forget("Payroll")
    config = folder / "config.json"
    config.write_text('{"name": "Payroll"}')
    return ["acme", "Payroll", "--kind", "memory", "--config", str(config)]


def new_stream(world: World, folder: Path) -> list[str]:
    config = folder / "config.json"
    config.write_text(json.dumps(SIEM))
    return ["acme", "SIEM", "--kind", "webhook", "--config", str(config)]


def credential(world: World, folder: Path) -> list[str]:
    return ["acme", str(make_credential(world.tenant).credential.id)]


def held(world: World, folder: Path) -> list[str]:
    return ["acme", world.holding.name, "--allow"]


WRITES: dict[str, Write] = {
    "create_tenant": Write(EventType.TENANT_CREATED, lambda *_: ["globex"]),
    "create_credential": Write(EventType.TOKEN_CREATED, lambda *_: ["acme"]),
    "revoke_credential": Write(EventType.TOKEN_REVOKED, credential),
    "erase_person": Write(EventType.ERASURE_STARTED, lambda world, _: ["acme", world.user.user_name]),
    "add_stream": Write(EventType.STREAM_CREATED, new_stream),
    "streams": Write(EventType.STREAM_DEACTIVATED, lambda world, _: ["acme", "--disable", world.stream.name]),
    "seed_directory": Write(EventType.TENANT_SEEDED, lambda *_: ["acme", "--users", "2"]),
    "add_target": Write(EventType.TARGET_CREATED, new_target),
    "change_target": Write(EventType.TARGET_CHANGED, of_target("--time-limit", "20")),
    "delete_target": Write(EventType.TARGET_DELETED, of_target("--confirm", "HR")),
    "check_target": Write(EventType.API_CALLED, of_target()),
    "rotate_secret": Write(EventType.TARGET_CHANGED, lambda world, _: ["acme", world.hook.name]),
    "import_entitlements": Write(EventType.ENTITLEMENTS_IMPORTED, of_target()),
    "decide_removals": Write(EventType.REMOVALS_ALLOWED, held),
    "override": Write(
        EventType.OVERRIDE_CREATED,
        lambda world, _: [
            *("acme", world.parked.target.name, "--user", "ada", "--field", "title"),
            *("--value", "Dr", "--reason", "It is so."),
        ],
    ),
    "replay": Write(EventType.REPLAY_STARTED, replayed),
    "replays": Write(EventType.REPLAY_FAILED, lambda world, _: ["acme", "--stop", str(world.job.id)]),
    "export_log": Write(
        EventType.EXPORT_REQUESTED, lambda _, folder: ["acme", "--output", str(folder / "log.csv")]
    ),
}
# They only look, or do what workers do.
READS = {"preview", "drain", "verify_log"}
# Of a log of today there is nothing to be pruned; a database's role belongs to no tenant.
ELSEWHERE = {"prune_log", "grant_log_role"}


def test_each_command_says_what_it_writes() -> None:
    """A new command stands in one of the tables above."""
    ours = {name for name, app in get_commands().items() if app in OURS}
    assert ours == WRITES.keys() | READS | ELSEWHERE


@pytest.mark.parametrize("name", sorted(WRITES))
def test_what_a_command_changed_is_in_the_log(world: World, tmp_path: Path, name: str) -> None:
    write = WRITES[name]
    arguments = write.arguments(world, tmp_path)
    last = log_events().order_by("-id").values_list("id", flat=True).first() or 0

    call_command(name, *arguments, "--json", stdout=StringIO())

    tenant = Tenant.objects.get(name="globex" if name == "create_tenant" else "acme")
    told = [
        event.document
        for event in log_events().filter(id__gt=last, tenant=tenant, event_type=write.told)
        if event.document["actor"]["alternateId"] == "command@lockstep"
    ]
    assert told, json.dumps([event.document for event in log_events().filter(id__gt=last)], indent=1)
    facts = told[0]["debugContext"]["debugData"]
    assert (facts["command"], bool(facts["account"])) == (name, True)
    assert told[0]["actor"]["type"] == "SystemPrincipal"
