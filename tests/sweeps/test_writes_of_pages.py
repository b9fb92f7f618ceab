"""Whatever is done on a page is in the log: by whom, by which request, in which session."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import reverse

from audit.catalogue import EventType
from dashboard.urls import urlpatterns
from tenants.models import Role
from tests.dashboard.test_extensions import form, row
from tests.dashboard.test_keeping import DAYS
from tests.dashboard.test_target_settings import sent
from tests.factories import make_operator
from tests.log import log_events
from tests.sweeps.world import ADDRESS, SIEM, World


class Write(NamedTuple):
    """What is told of a page's form; `args` are of its address, `data` is what is sent."""

    told: EventType
    args: Callable[[World], list[Any]] = lambda _: []
    data: Callable[[World], dict[str, Any]] = lambda _: {}


def of_target(world: World) -> list[Any]:
    return [world.target.id]


def of_stream(world: World) -> list[Any]:
    return [world.stream.id]


def renamed_stream(world: World) -> dict[str, Any]:
    return {"revision": world.stream.revision, "name": "Renamed", **SIEM}


NEW_ROLE = {"type": "Role", "value": "owner", "display_name": "Owner", "description": ""}
REASON = {"reason": "It was mended."}
WRITES: dict[str, Write] = {
    "choose-tenant": Write(EventType.ADMIN_OPENED, data=lambda world: {"tenant": world.tenant.id}),
    "sign-out": Write(EventType.SIGNED_OUT),
    "new-entitlement": Write(EventType.ENTITLEMENT_CREATED, data=lambda _: NEW_ROLE),
    "change-entitlement": Write(
        EventType.ENTITLEMENT_UPDATED, lambda world: [world.role.id], lambda _: {"display_name": "Chief"}
    ),
    "delete-entitlement": Write(EventType.ENTITLEMENT_DELETED, lambda world: [world.role.id]),
    "define-extension": Write(EventType.EXTENSION_DEFINED, data=lambda _: form(row("badge"))),
    "change-extension": Write(
        EventType.EXTENSION_CHANGED, lambda world: [world.extension.id], lambda _: form(row("tag"))
    ),
    "delete-extension": Write(EventType.EXTENSION_DELETED, lambda world: [world.extension.id]),
    "add-channel": Write(
        EventType.CHANNEL_ADDED, data=lambda _: {"kind": "webhook", "address": f"{ADDRESS}two"}
    ),
    "change-channel": Write(
        EventType.CHANNEL_CHANGED, lambda world: [world.channel.id], lambda _: {"address": f"{ADDRESS}three"}
    ),
    "remove-channel": Write(EventType.CHANNEL_REMOVED, lambda world: [world.channel.id]),
    "test-channel": Write(EventType.CHANNEL_TESTED, lambda world: [world.channel.id]),
    "replay-failures": Write(
        EventType.SYNC_USER, data=lambda world: {"scope": "shown", "shown": [world.parked.id], **REASON}
    ),
    "replay-failure": Write(EventType.SYNC_USER, lambda world: [world.parked.id]),
    "replay": Write(EventType.SYNC_USER, lambda world: [world.parked.id]),
    "new-replay": Write(EventType.REPLAY_STARTED, data=lambda world: {**REASON, "_": world.parked.id}),
    "stop-replay": Write(EventType.REPLAY_FAILED, lambda world: [world.job.id]),
    "resume-replay": Write(EventType.REPLAY_STARTED, lambda world: [world.stopped_job.id]),
    "approve-replay": Write(EventType.REPLAY_APPROVED, lambda world: [world.awaiting_job.id]),
    "decline-replay": Write(EventType.REPLAY_DECLINED, lambda world: [world.awaiting_job.id]),
    "make-override": Write(
        EventType.OVERRIDE_CREATED,
        lambda world: [world.parked.id],
        lambda _: {"field": "title", "value": "Dr", **REASON},
    ),
    "end-override": Write(
        EventType.OVERRIDE_DELETED, lambda world: [world.override.replica_id, world.override.id]
    ),
    "change-target": Write(
        EventType.TARGET_CHANGED, of_target, lambda world: sent(world.target, name="Payroll")
    ),
    "delete-target": Write(EventType.TARGET_DELETED, of_target, lambda _: {"name": "HR"}),
    "check-target": Write(EventType.API_CALLED, of_target),
    "read-entitlements": Write(EventType.ENTITLEMENTS_IMPORTED, of_target),
    "rotate-secret": Write(
        EventType.TARGET_CHANGED, lambda world: [world.hook.id], lambda _: {"keep_hours": 1}
    ),
    "pause-target": Write(EventType.TARGET_PAUSED, of_target),
    "rehearse-target": Write(EventType.TARGET_CHANGED, of_target),
    "resume-target": Write(EventType.TARGET_RESUMED, of_target),
    "new-export": Write(EventType.EXPORT_REQUESTED, data=lambda _: {"format": "csv"}),
    "stop-export": Write(EventType.EXPORT_GENERATED, lambda world: [world.export.id]),
    "download-export": Write(EventType.EXPORT_DOWNLOADED, lambda world: [world.finished_export.id]),
    "save-view": Write(
        EventType.VIEW_SAVED, data=lambda _: {"name": "Ours", "query": "q=ada", "shared": "on"}
    ),
    "remove-view": Write(EventType.VIEW_REMOVED, lambda world: [world.view.id]),
    "new-stream": Write(EventType.STREAM_CREATED, lambda _: ["webhook"], lambda _: {"name": "SIEM", **SIEM}),
    "change-stream": Write(EventType.STREAM_CHANGED, of_stream, renamed_stream),
    "switch-stream": Write(EventType.STREAM_DEACTIVATED, of_stream, lambda _: {"to": "off"}),
    "test-stream": Write(EventType.STREAM_TESTED, of_stream),
    "rewind-stream": Write(EventType.STREAM_CHANGED, of_stream, lambda _: {"to": "0"}),
    "remove-stream": Write(EventType.STREAM_DELETED, of_stream),
    "keep-log": Write(EventType.RETENTION_CHANGED, data=lambda _: DAYS | {"access": 365}),
    "erase-person": Write(
        EventType.ERASURE_STARTED,
        data=lambda world: {"person": world.user.user_name, "names": "", "confirmed": "yes"},
    ),
    "verify-integrity": Write(EventType.VERIFICATION_REQUESTED),
    "allow-removals": Write(EventType.REMOVALS_ALLOWED, lambda world: [world.holding.id]),
    "reject-removals": Write(EventType.REMOVALS_REJECTED, lambda world: [world.holding.id], lambda _: REASON),
}
# Of a log of today there is nothing to be purged.
ELSEWHERE = {"purge-log"}
# Nothing is changed there; signing in has tests of its own.
READS = {
    *("overview", "users", "user", "groups", "group", "entitlements", "entitlement", "extensions"),
    *("extension", "alerts", "log", "event", "failures", "failure-count", "failure-rows", "failure-row"),
    *("streams", "choose-stream", "stream", "keeping", "integrity", "integrity-verifier"),
    *("integrity-checkpoint", "proof"),
    *("exports", "export", "log-news", "log-suggestions", "open-event"),
    *("replays", "replay-job", "replica", "preview", "target", "sign-in"),
}


def test_each_page_says_what_it_writes() -> None:
    """A new page stands in one of the tables above."""
    assert {pattern.name for pattern in urlpatterns} == WRITES.keys() | READS | ELSEWHERE


@pytest.mark.parametrize("name", sorted(WRITES))
def test_what_is_done_on_a_page_is_in_the_log(client: Client, world: World, name: str) -> None:
    write = WRITES[name]
    operator = make_operator(world.tenant, Role.ADMIN, "grace")
    client.force_login(operator.user)
    address, data = reverse(name, args=write.args(world)), write.data(world)
    if name == "resume-target":
        client.post(reverse("pause-target", args=[world.target.id]))
    last = log_events().order_by("-id").values_list("id", flat=True).first() or 0

    answer = client.post(address, data)

    assert answer.status_code in {200, 302}, answer.content
    told = [
        event.document
        for event in log_events().filter(id__gt=last, tenant=world.tenant, event_type=write.told)
        if event.document["actor"]["alternateId"] == "grace"
    ]
    assert told, json.dumps([event.document for event in log_events().filter(id__gt=last)], indent=1)
    assert told[0]["debugContext"]["debugData"]["requestUri"] == address
    assert told[0]["debugContext"]["debugData"]["httpMethod"] == "POST"
    assert told[0]["client"]["ipAddress"] == "127.0.0.1"
    assert told[0]["authenticationContext"]["externalSessionId"]


@pytest.mark.parametrize("name", sorted(READS - {"sign-in", "integrity-checkpoint"}))
def test_a_page_that_is_only_read_tells_nothing(client: Client, world: World, name: str) -> None:
    client.force_login(make_operator(world.tenant, Role.ADMIN, "grace").user)
    world.job, world.group, world.role, world.extension  # noqa: B018  # made
    event = log_events().filter(tenant=world.tenant).newest_first()[0]
    args: dict[str, list[Any]] = {
        "user": [world.user.id],
        "group": [world.group.id],
        "entitlement": [world.role.id],
        "extension": [world.extension.id],
        "event": [event.uuid],
        "open-event": [event.uuid],
        "export": [world.export.id],
        "stream": [world.stream.id],
        "proof": [event.uuid],
        "failure-row": [world.parked.id],
        "replay-job": [world.job.id],
        "replica": [world.parked.id],
        "preview": [world.parked.id],
        "target": [world.target.id],
    }
    before = log_events().count()

    answer = client.get(reverse(name, args=args.get(name, [])))

    if answer.streaming:
        # Read to its end, a file is closed.
        assert list(answer)
    assert answer.status_code == 200
    assert log_events().count() == before
