"""The commands `add_stream` and `streams`."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from downstream.models import LogStream
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.receivers import LOOPBACK, Receiver


@pytest.fixture
def config(tmp_path: Path, receiver: Receiver) -> str:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"url": receiver.url, "allowed_networks": LOOPBACK}))
    return str(path)


def answer(name: str, *arguments: str) -> Any:
    out = StringIO()
    call_command(name, "acme", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def added(tenant: Tenant, stranger: Downstream, config: str) -> Any:
    Tenant.objects.filter(id=tenant.id).update(name="acme")
    arguments = ["--kind", "hook", "--config", config, "--types", "user.*", "--from-start"]
    return answer("add_stream", "SIEM", *arguments)


def test_a_stream_is_added_and_its_secret_told(added: Any) -> None:
    stream = LogStream.objects.get()
    assert (added["secret"], added["cursor"]) == (stream.settings["secret"], 0)
    assert stream.event_types == ["user.*"]


def test_streams_are_listed_tried_switched_and_removed(added: Any, receiver: Receiver) -> None:
    listed = answer("streams")["streams"]
    answer("streams", "--test", "SIEM")
    (off,) = answer("streams", "--disable", "SIEM")["streams"]
    (on,) = answer("streams", "--enable", "SIEM")["streams"]
    none = answer("streams", "--remove", "SIEM")["streams"]

    assert [one["name"] for one in listed] == ["SIEM"]
    assert len(receiver.received) == 1
    assert (off["enabled"], on["enabled"], none) == (False, True, [])


def test_one_is_rewound(added: Any) -> None:
    LogStream.objects.update(cursor=1)

    (told,) = answer("streams", "--rewind", "SIEM")["streams"]

    assert told["cursor"] == 0


def test_what_can_not_be_done_is_said(added: Any, config: str, receiver: Receiver) -> None:
    receiver.answers = [(403, {})]
    for arguments, sentence in (
        (["streams", "--test", "SIEM"], "403"),
        (["streams", "--remove", "Nobody"], "Nobody"),
        (["streams", "--rewind", "SIEM", "--to", "999"], "places"),
        (["add_stream", "SIEM", "--kind", "hook", "--config", config], "already"),
    ):
        with pytest.raises(CommandError, match=sentence):
            answer(*arguments)


def test_the_schema_of_a_kind_is_printed() -> None:
    out = StringIO()
    call_command("add_stream", "acme", "x", "--kind", "splunk", "--schema", stdout=out)

    assert "token" in json.loads(out.getvalue())["properties"]
