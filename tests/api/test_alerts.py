"""Alerts and their channels by the management API."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from downstream.models import Alert
from tenants.models import Scope, Tenant
from tests.api.conftest import Manager
from tests.factories import make_credential, make_target, make_tenant
from tests.receivers import LOOPBACK, Receiver, receiving


@pytest.fixture
def stranger(tenant: Tenant) -> Manager:
    return Manager(f"Bearer {make_credential(make_tenant('stranger'), scope=Scope.MANAGE).token}")


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.ALERT_NETWORKS = LOOPBACK
    with receiving() as receiver:
        yield receiver


def body_of(response: HttpResponse) -> Any:
    return json.loads(response.content)


def send(manager: Manager, method: str, path: str, body: Any = None) -> HttpResponse:
    return Client().generic(  # type: ignore[return-value]
        method, f"/api/v1/{path}", json.dumps(body or {}), "application/json", headers=manager.headers
    )


def test_alerts_are_listed_newest_first_and_narrowed(
    tenant: Tenant, manager: Manager, stranger: Manager
) -> None:
    target = make_target(tenant, "HR")
    for kind, resolved_at in (("down", timezone.now()), ("behind", None)):
        Alert.objects.create(
            tenant=tenant,
            kind=kind,
            target=target,
            key=kind,
            since=timezone.now(),
            sentence="HR is away.",
            resolved_at=resolved_at,
        )

    lists = {state: body_of(manager.get("alerts", state=state))["results"] for state in ("open", "resolved")}

    assert [[alert["kind"] for alert in found] for found in lists.values()] == [["behind"], ["down"]]
    assert lists["open"][0]["target"] == str(target.id)
    assert len(body_of(manager.get("alerts"))["results"]) == 2
    assert manager.get("alerts", state="odd").status_code == 400
    assert body_of(stranger.get("alerts"))["results"] == []


def test_a_channel_is_added_changed_tried_and_removed(manager: Manager, receiver: Receiver) -> None:
    added = body_of(manager.post("alert-channels", {"kind": "webhook", "address": receiver.url}))
    path = f"alert-channels/{added['id']}"

    tried = send(manager, "POST", f"{path}/test")
    changed = body_of(send(manager, "PATCH", path, {"enabled": False}))
    read = body_of(manager.get(path))
    removed = send(manager, "DELETE", path)

    assert added["secret"].startswith("whsec_")
    assert "secret" not in read
    assert (tried.status_code, len(receiver.received)) == (200, 1)
    assert (changed["enabled"], read["address"]) == (False, receiver.url)
    assert removed.status_code == 204
    assert body_of(manager.get("alert-channels"))["results"] == []


def test_a_test_that_does_not_arrive_says_why(manager: Manager, receiver: Receiver) -> None:
    receiver.answers = [(410, {})]
    added = body_of(manager.post("alert-channels", {"kind": "webhook", "address": receiver.url}))

    response = send(manager, "POST", f"alert-channels/{added['id']}/test")

    assert response.status_code == 409
    assert "410" in body_of(response)["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"kind": "webhook", "address": "ftp://example.com"}, 409),
        ({"kind": "mail", "address": "it@example.com"}, 409),
        ({"kind": "pigeon", "address": "roof"}, 400),
        ({"kind": "webhook"}, 400),
        ({"kind": "webhook", "address": "https://example.com/", "colour": "red"}, 400),
        ([], 400),
    ],
)
def test_what_makes_no_sense_is_refused(manager: Manager, body: Any, status: int) -> None:
    assert manager.post("alert-channels", body).status_code == status


def test_a_strangers_channel_is_not_there(manager: Manager, stranger: Manager, receiver: Receiver) -> None:
    theirs = body_of(stranger.post("alert-channels", {"kind": "webhook", "address": receiver.url}))["id"]

    for channel_id in (theirs, uuid.uuid4()):
        path = f"alert-channels/{channel_id}"
        assert manager.get(path).status_code == 404
        assert send(manager, "PATCH", path, {"enabled": False}).status_code == 404
        assert send(manager, "DELETE", path).status_code == 404
        assert send(manager, "POST", f"{path}/test").status_code == 404
    assert len(body_of(stranger.get("alert-channels"))["results"]) == 1
