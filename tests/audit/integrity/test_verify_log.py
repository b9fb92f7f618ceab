"""`verify_log` says whether a log is as it was sealed, to people and to programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.checkpoints import make_now
from audit.witnesses import file_of, tell_all
from tenants.models import Tenant
from tests.audit.integrity.logs import at, change, happen
from tests.factories import make_tenant


@pytest.fixture
def tenant(db: None, tmp_path: Path, settings: Any) -> Tenant:
    settings.LOG_CHECKPOINTS = [(tmp_path / "outside").as_uri()]
    happen(make_tenant("stranger"), 3)
    tenant = make_tenant("acme")
    happen(tenant, 12)
    return tenant


def test_a_good_log(tenant: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    make_now(tenant.id)

    call_command("verify_log", "acme", json=True)

    facts = json.loads(capsys.readouterr().out)
    assert facts.pop("chain") == bytes(at(tenant, 12).hash).hex()
    assert facts == {
        "tenant": "acme",
        "good": True,
        "first": 1,
        "last": 12,
        "verified": 12,
        "taken_by_retention": 0,
        "checkpoints": 1,
        "findings": [],
    }


def test_a_changed_event_is_named(tenant: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    change(tenant, 7, severity="ERROR")
    uuid = str(at(tenant, 7).uuid)

    with pytest.raises(CommandError, match=rf"Event 7 \({uuid}\) was changed: severity differs"):
        call_command("verify_log", "acme")
    capsys.readouterr()
    with pytest.raises(CommandError):
        call_command("verify_log", "acme", json=True)

    facts = json.loads(capsys.readouterr().out)
    (finding,) = facts["findings"]
    assert (finding["kind"], finding["seq"], finding["event"]) == ("changed", 7, uuid)


def test_it_goes_on_from_a_checkpoint_in_a_file(
    tenant: Tenant, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    make_now(tenant.id)
    tell_all()
    happen(tenant, 5)
    path = file_of(settings.LOG_CHECKPOINTS[0], tenant.id)
    change(tenant, 3, severity="ERROR")

    call_command("verify_log", "acme", start=str(path), json=True)

    facts = json.loads(capsys.readouterr().out)
    assert (facts["first"], facts["verified"]) == (13, 5)


@pytest.mark.parametrize("text", [None, "", "x", "lockstep\n1\n"])
def test_a_file_without_a_checkpoint_is_refused(tenant: Tenant, tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "notes"
    if text is not None:
        path.write_text(text)

    with pytest.raises(CommandError):
        call_command("verify_log", "acme", start=str(path))


def test_a_strangers_checkpoint_is_no_start(tenant: Tenant, settings: Any) -> None:
    stranger = Tenant.objects.get(name="stranger")
    make_now(stranger.id)
    tell_all()

    with pytest.raises(CommandError, match="no checkpoint of acme"):
        call_command("verify_log", "acme", start=str(file_of(settings.LOG_CHECKPOINTS[0], stranger.id)))


@pytest.mark.parametrize("options", [{"event": "x"}, {"proof": "x"}])
def test_an_event_and_its_proof_go_together(tenant: Tenant, options: dict[str, str]) -> None:
    with pytest.raises(CommandError, match="go together"):
        call_command("verify_log", "acme", **options)
