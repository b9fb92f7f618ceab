"""The command `export_log`."""

from __future__ import annotations

import hashlib
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from audit.catalogue import EventType
from tenants.models import Tenant
from tests.factories import make_tenant, make_user
from tests.log import log_events


@pytest.fixture
def tenant(db: None) -> Tenant:
    make_user(make_tenant("stranger"), "mallory")
    tenant = make_tenant("acme")
    make_user(tenant, "ada")
    make_user(tenant, "grace")
    return tenant


def answer(*arguments: str) -> str:
    out = StringIO()
    call_command("export_log", "acme", *arguments, stdout=out)
    return out.getvalue()


def test_the_file_holds_what_was_asked_for(tenant: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"

    told = json.loads(answer("--filter", 'eventType sw "user."', "--output", str(path), "--json"))

    names = [json.loads(line)["target"][0]["alternateId"] for line in path.read_text().splitlines()]
    assert names == ["ada", "grace"]
    assert told["events"] == 2
    assert told["bytes"] == path.stat().st_size
    assert told["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [one.name for one in tmp_path.iterdir()] == ["log.jsonl"]


def test_it_is_in_the_log_with_what_was_asked_for(tenant: Tenant, tmp_path: Path) -> None:
    answer("--q", "grace", "--format", "csv", "--output", str(tmp_path / "log.csv"))

    kinds = (EventType.EXPORT_REQUESTED, EventType.EXPORT_GENERATED)
    asked, made = log_events().filter(tenant=tenant, event_type__in=kinds).order_by("seq")
    assert asked.document["debugContext"]["debugData"]["q"] == "grace"
    assert made.document["debugContext"]["debugData"]["rows"] == "1"


def test_it_goes_to_standard_output(tenant: Tenant, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    call_command("export_log", "acme", "--format", "csv", "--q", "grace")

    printed = capfdbinary.readouterr().out
    assert printed.count(b"\r\n") == 2
    assert b"mallory" not in printed


def test_the_count_writes_nothing(tenant: Tenant) -> None:
    assert answer("--count", "--q", "grace") == "events  1\n"
    assert not log_events().filter(event_type=EventType.EXPORT_REQUESTED).exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--filter", "nonsense"], "nonsense|filter"),
        (["--since", "yesterday"], "yesterday|since|time"),
        (["--output", "/nowhere/at/all"], "No such file"),
    ],
)
def test_what_can_not_be_done_is_said(tenant: Tenant, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        answer(*arguments)
