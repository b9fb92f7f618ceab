"""Whatever is changed by the management API is in the log: by which credential and request."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import reverse

from api.urls import urlpatterns
from audit.catalogue import EventType
from downstream.connectors import memory
from tenants.models import Scope
from tests.api.test_extensions import definition
from tests.factories import make_credential
from tests.log import log_events
from tests.sweeps.world import ADDRESS, SIEM, World

# The address answers nobody, which is told as well.
TRIALS = {"test-channel", "test-stream"}
METHODS = ("post", "put", "patch", "delete")


class Write(NamedTuple):
    """What is told of a call; `args` are of its address, `body` is what is sent."""

    told: EventType
    args: Callable[[World], list[Any]] = lambda _: []
    body: Callable[[World], dict[str, Any]] = lambda _: {}
    scope: Scope = Scope.MANAGE


def of_target(world: World) -> list[Any]:
    return [world.target.id]


def of_stream(world: World) -> list[Any]:
    return [world.stream.id]


def of_role(world: World) -> list[Any]:
    return [world.role.id]


ROLE = {"value": "owner", "display_name": "Owner"}
TARGET = {"name": "Payroll", "kind": "memory", "config": {"name": "Payroll"}}
WRITES: dict[tuple[str, str], Write] = {
    ("targets", "post"): Write(EventType.TARGET_CREATED, body=lambda _: TARGET),
    ("target", "patch"): Write(EventType.TARGET_CHANGED, of_target, lambda _: {"time_limit": 20}),
    ("target", "delete"): Write(EventType.TARGET_DELETED, of_target),
    ("guard", "post"): Write(
        EventType.REMOVALS_ALLOWED, lambda world: [world.holding.id], lambda _: {"decision": "allow"}
    ),
    ("secret-rotations", "post"): Write(EventType.TARGET_CHANGED, lambda world: [world.hook.id]),
    ("alert-channels", "post"): Write(
        EventType.CHANNEL_ADDED, body=lambda _: {"kind": "webhook", "address": f"{ADDRESS}two"}
    ),
    ("alert-channel", "patch"): Write(
        EventType.CHANNEL_CHANGED, lambda world: [world.channel.id], lambda _: {"enabled": False}
    ),
    ("alert-channel", "delete"): Write(EventType.CHANNEL_REMOVED, lambda world: [world.channel.id]),
    ("test-channel", "post"): Write(EventType.CHANNEL_TESTED, lambda world: [world.channel.id]),
    ("extensions", "post"): Write(EventType.EXTENSION_DEFINED, body=lambda _: definition()),
    ("extension", "put"): Write(
        EventType.EXTENSION_CHANGED, lambda world: [world.extension.id], lambda _: definition({"name": "tag"})
    ),
    ("extension", "delete"): Write(EventType.EXTENSION_DELETED, lambda world: [world.extension.id]),
    ("overrides", "post"): Write(
        EventType.OVERRIDE_CREATED,
        lambda world: [world.parked.id],
        lambda _: {"field": "title", "value": "Dr", "reason": "It is so."},
    ),
    ("override", "delete"): Write(
        EventType.OVERRIDE_DELETED, lambda world: [world.override.replica_id, world.override.id]
    ),
    ("replays", "post"): Write(EventType.SYNC_USER, body=lambda world: {"replicas": [world.parked.id]}),
    ("stop-replay", "post"): Write(EventType.REPLAY_FAILED, lambda world: [world.job.id]),
    ("resume-replay", "post"): Write(EventType.REPLAY_STARTED, lambda world: [world.stopped_job.id]),
    ("approve-replay", "post"): Write(EventType.REPLAY_APPROVED, lambda world: [world.awaiting_job.id]),
    ("decline-replay", "post"): Write(EventType.REPLAY_DECLINED, lambda world: [world.awaiting_job.id]),
    ("roles", "post"): Write(EventType.ENTITLEMENT_CREATED, body=lambda _: ROLE),
    ("role", "put"): Write(EventType.ENTITLEMENT_UPDATED, of_role, lambda _: {"display_name": "Chief"}),
    ("role", "delete"): Write(EventType.ENTITLEMENT_DELETED, of_role),
    ("entitlements", "post"): Write(
        EventType.ENTITLEMENT_CREATED, body=lambda _: {"type": "Licence", **ROLE}
    ),
    ("entitlement", "put"): Write(
        EventType.ENTITLEMENT_UPDATED, of_role, lambda _: {"display_name": "Chief"}
    ),
    ("entitlement", "delete"): Write(EventType.ENTITLEMENT_DELETED, of_role),
    ("entitlement-imports", "post"): Write(
        EventType.ENTITLEMENTS_IMPORTED, body=lambda world: {"target": world.target.name}
    ),
    ("streams", "post"): Write(
        EventType.STREAM_CREATED, body=lambda _: {"name": "SIEM", "kind": "webhook", "config": SIEM}
    ),
    ("stream", "patch"): Write(EventType.STREAM_CHANGED, of_stream, lambda _: {"name": "Renamed"}),
    ("stream", "delete"): Write(EventType.STREAM_DELETED, of_stream),
    ("test-stream", "post"): Write(EventType.STREAM_TESTED, of_stream),
    ("rewind-stream", "post"): Write(EventType.STREAM_CHANGED, of_stream, lambda _: {"to": 0}),
    ("retention", "patch"): Write(EventType.RETENTION_CHANGED, body=lambda _: {"days": {"access": 365}}),
    ("erasures", "post"): Write(
        EventType.ERASURE_STARTED, body=lambda world: {"person": world.user.user_name}
    ),
    ("verifications", "post"): Write(EventType.VERIFICATION_REQUESTED),
    ("stop-export", "post"): Write(
        EventType.EXPORT_GENERATED, lambda world: [world.export.id], scope=Scope.LOGS_READ
    ),
    ("exports", "post"): Write(
        EventType.EXPORT_REQUESTED, body=lambda _: {"format": "csv"}, scope=Scope.LOGS_READ
    ),
}
# Of a log of today there is nothing to be purged.
ELSEWHERE = {("purges", "post")}


def test_each_call_says_what_it_writes() -> None:
    """A new call stands in one of the tables above."""
    found = {
        (pattern.name, method)
        for pattern in urlpatterns
        for method in METHODS
        if pattern.name and hasattr(pattern.callback.view_class, method)  # type: ignore[attr-defined]
    }
    assert found == WRITES.keys() | ELSEWHERE


@pytest.mark.parametrize(("name", "method"), sorted(WRITES))
def test_what_is_changed_by_the_api_is_in_the_log(
    client: Client, world: World, name: str, method: str
) -> None:
    write = WRITES[name, method]
    memory.forget("Payroll")
    issued = make_credential(world.tenant, scope=write.scope)
    address, body = reverse(f"api:{name}", args=write.args(world)), json.dumps(write.body(world))
    last = log_events().order_by("-id").values_list("id", flat=True).first() or 0

    answer = client.generic(
        method.upper(),
        address,
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {issued.token}", "User-Agent": "curl/8.5.0"},
    )

    assert answer.status_code in {200, 201, 202, 204} or name in TRIALS, answer.content
    told = [
        event.document
        for event in log_events().filter(id__gt=last, tenant=world.tenant, event_type=write.told)
        if event.document["actor"]["id"] == str(issued.credential.id)
    ]
    assert told
    assert told[0]["debugContext"]["debugData"]["requestUri"] == address
    assert told[0]["debugContext"]["debugData"]["httpMethod"] == method.upper()
    assert told[0]["client"]["userAgent"]["rawUserAgent"] == "curl/8.5.0"
    assert told[0]["transaction"]["detail"]["requestApiTokenId"] == str(issued.credential.id)
