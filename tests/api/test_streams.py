"""Streams by the API."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse

from audit.catalogue import EventType
from downstream.models import LogStream
from tenants.models import Scope, Tenant
from tests.api.conftest import Manager
from tests.factories import make_credential, make_tenant
from tests.log import log_events
from tests.receivers import LOOPBACK, Receiver, receiving


@pytest.fixture
def stranger(db: None) -> Manager:
    return Manager(f"Bearer {make_credential(make_tenant('stranger'), scope=Scope.MANAGE).token}")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def config(receiver: Receiver) -> dict[str, Any]:
    return {"url": receiver.url, "allowed_networks": LOOPBACK}


def body_of(response: HttpResponse) -> Any:
    return json.loads(response.content)


def added(manager: Manager, config: dict[str, Any], **more: Any) -> Any:
    answer = manager.post("log-streams", {"name": "SIEM", "kind": "webhook", "config": config, **more})
    assert answer.status_code == 201, answer.content
    return body_of(answer)


def test_a_new_stream_tells_its_secret_once(manager: Manager, config: dict[str, Any]) -> None:
    made = added(manager, config, event_types=["user.*"])

    told = body_of(manager.get(f"log-streams/{made['id']}"))
    secret = made["made"]["secret"]
    assert secret.startswith("whsec_")
    assert secret not in json.dumps(told)
    assert told["secret_fields"] == ["secret"]
    assert (told["event_types"], told["enabled"], told["config"]["url"]) == (["user.*"], True, config["url"])
    assert [one["name"] for one in body_of(manager.get("log-streams"))["results"]] == ["SIEM"]


def test_what_is_changed_is_in_the_log_without_secrets(
    manager: Manager, tenant: Tenant, config: dict[str, Any]
) -> None:
    made = added(manager, {**config, "url": config["url"] + "?t0ken"})
    secret = "whsec_" + "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0"

    answer = manager.patch(
        f"log-streams/{made['id']}",
        {
            "name": "SIEM 2",
            "enabled": False,
            "config": {**config, "url": made["config"]["url"], "secret": secret},
        },
    )

    assert answer.status_code == 200
    events = log_events().filter(tenant=tenant, event_type__startswith="system.log_stream").order_by("seq")
    assert [event.event_type for event in events] == [
        EventType.STREAM_CREATED,
        EventType.STREAM_CHANGED,
        EventType.STREAM_DEACTIVATED,
    ]
    change = events[1].document["target"][0]["changeDetails"]
    assert change == {
        "from": {"config.secret": "***", "name": "SIEM"},
        "to": {"config.secret": "***", "name": "SIEM 2"},
    }
    made_of = events[0].document["target"][0]["changeDetails"]["to"]
    assert (made_of["config.url"], made_of["config.secret"]) == (config["url"] + "?***", "***")
    everything = "".join(event.body for event in events)
    assert "t0ken" not in everything
    assert secret not in everything
    assert made["made"]["secret"] not in everything
    assert LogStream.objects.get(id=made["id"]).settings["secret"] == secret


def test_secrets_that_are_left_out_stay(manager: Manager, config: dict[str, Any]) -> None:
    made = added(manager, config)

    manager.patch(f"log-streams/{made['id']}", {"config": {**config, "url": config["url"] + "2"}})

    stream = LogStream.objects.get(id=made["id"])
    assert stream.settings["secret"] == made["made"]["secret"]
    assert stream.config["url"].endswith("2")


def test_two_who_change_at_once_notice_each_other(manager: Manager, config: dict[str, Any]) -> None:
    made = added(manager, config)

    answers = [
        manager.patch(f"log-streams/{made['id']}", {"name": name, "revision": made["revision"]})
        for name in ("One", "Other")
    ]

    assert [answer.status_code for answer in answers] == [200, 409]


def test_a_test_tells_what_came_of_it(manager: Manager, config: dict[str, Any], receiver: Receiver) -> None:
    path = f"log-streams/{added(manager, config)['id']}/test"
    receiver.answers = [(204, {}), (403, {})]

    answers = [manager.post(path, {}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 502]
    assert "403" in body_of(answers[1])["detail"]


def test_a_stream_is_rewound_within_the_log(manager: Manager, config: dict[str, Any], tenant: Tenant) -> None:
    made = added(manager, config)
    log_events()
    path = f"log-streams/{made['id']}/rewind"

    answers = [manager.post(path, {"to": to}) for to in (0, 10**6, -1, "x")]

    assert [answer.status_code for answer in answers] == [200, 400, 400, 400]
    assert LogStream.objects.get(id=made["id"]).cursor == 0


def test_one_that_is_removed_is_gone(manager: Manager, config: dict[str, Any], tenant: Tenant) -> None:
    path = f"log-streams/{added(manager, config)['id']}"

    answers = [manager.delete(path), manager.get(path), manager.delete(path)]

    assert [answer.status_code for answer in answers] == [204, 404, 404]
    assert log_events().filter(tenant=tenant, event_type=EventType.STREAM_DELETED).count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "pigeon"}, "config"),
        ({"config": {"url": "nonsense"}}, "config"),
        ({"name": ""}, "name"),
        ({"name": "?"}, "name"),
        ({"event_types": ["user lifecycle"]}, "event_types"),
        ({"event_types": ["*" * 300]}, "event_types"),
        ({"event_types": [f"a.{number}" for number in range(201)]}, "event_types"),
        ({"speed": 5}, "speed"),
    ],
)
def test_what_makes_no_sense_is_named(
    manager: Manager, config: dict[str, Any], wrong: dict[str, Any], field: str
) -> None:
    answer = manager.post("log-streams", {"name": "SIEM", "kind": "webhook", "config": config, **wrong})

    assert answer.status_code == 400
    assert list(body_of(answer)) == [field]
    assert not LogStream.objects.exists()


def test_a_name_is_taken_once_in_a_tenant(
    manager: Manager, stranger: Manager, config: dict[str, Any]
) -> None:
    added(manager, config)
    added(stranger, config)

    answer = manager.post("log-streams", {"name": "SIEM", "kind": "webhook", "config": config})

    assert (answer.status_code, list(body_of(answer))) == (400, ["name"])


def test_a_stranger_finds_nothing(manager: Manager, stranger: Manager, config: dict[str, Any]) -> None:
    path = f"log-streams/{added(manager, config)['id']}"

    answers = [
        stranger.get(path),
        stranger.patch(path, {"enabled": False}),
        stranger.delete(path),
        stranger.post(f"{path}/test", {}),
        stranger.post(f"{path}/rewind", {"to": 0}),
        stranger.get(f"log-streams/{uuid.uuid4()}"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 6
    assert body_of(stranger.get("log-streams"))["results"] == []
    assert LogStream.objects.get().enabled


def test_who_may_only_read_the_log_adds_no_stream(tenant: Tenant, config: dict[str, Any]) -> None:
    reader = Manager(f"Bearer {make_credential(tenant, scope=Scope.LOGS_READ).token}")

    assert reader.post("log-streams", {"name": "x", "kind": "webhook", "config": config}).status_code == 401
