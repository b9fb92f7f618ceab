"""Whether nobody touched the log, by the API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse

from audit.catalogue import EventType
from audit.checkpoints import make_due, make_now, verifiers
from audit.integrity import lockstep_verify
from audit.models import Event
from audit.tasks import verify_logs
from audit.witnesses import tell_all
from tenants.models import Scope, Tenant
from tests.api.conftest import Manager
from tests.audit.integrity.logs import at, change, happen
from tests.factories import make_credential, make_tenant
from tests.log import log_events


@pytest.fixture(autouse=True)
def stranger(db: None, tmp_path: Path, settings: Any) -> Tenant:
    settings.LOG_CHECKPOINTS = [(tmp_path / "outside").as_uri(), "https://user:secret@127.0.0.1:1/secret"]
    stranger = make_tenant("stranger")
    happen(stranger, 3)
    make_now(stranger.id)
    return stranger


@pytest.fixture
def reader(tenant: Tenant) -> Manager:
    return Manager(f"Bearer {make_credential(tenant, scope=Scope.LOGS_READ).token}")


def said(answer: HttpResponse) -> Any:
    return json.loads(answer.content)


def test_a_log_that_was_never_verified(reader: Manager) -> None:
    facts = said(reader.get("log-integrity"))

    assert (facts["state"], facts["verified_at"], facts["findings"]) == ("unverified", None, [])
    assert (facts["under_way"], facts["checkpoint"]) == (None, None)


def test_an_intact_log_says_up_to_where(reader: Manager, tenant: Tenant) -> None:
    happen(tenant, 5)
    make_due()
    tell_all()
    verify_logs()

    facts = said(reader.get("log-integrity"))

    seq = facts["verified_seq"]
    assert facts["state"] == "intact"
    assert facts["checkpoint"]["seq"] == seq
    assert facts["head"]["hash"] == bytes(at(tenant, facts["head"]["seq"]).hash).hex()
    assert facts["keys"] == [str(verifier) for verifier in verifiers()]
    assert [(one["place"], one["seq"], one["failures"]) for one in facts["witnesses"]] == [
        ("file", seq, 0),
        ("https://127.0.0.1", 0, 1),
    ]
    assert "secret" not in json.dumps(facts)


def test_a_touched_log_names_the_event(reader: Manager, tenant: Tenant) -> None:
    happen(tenant, 5)
    change(tenant, 4, severity="ERROR")
    verify_logs()

    facts = said(reader.get("log-integrity"))

    assert facts["state"] == "broken"
    assert [(one["kind"], one["event"]) for one in facts["findings"]] == [
        ("changed", str(at(tenant, 4).uuid))
    ]


def test_a_verification_is_asked_for_by_who_manages(
    reader: Manager, manager: Manager, tenant: Tenant
) -> None:
    happen(tenant, 5)

    assert reader.post("log-integrity/verifications", {}).status_code in {401, 403}
    answer = manager.post("log-integrity/verifications", {})

    assert answer.status_code == 202
    assert said(answer)["whole"] is True
    assert said(reader.get("log-integrity"))["under_way"]["first"] == 1
    assert log_events().filter(tenant=tenant, event_type=EventType.VERIFICATION_REQUESTED).count() == 1


def test_checkpoints_are_listed_newest_first(reader: Manager, tenant: Tenant) -> None:
    for _ in range(3):
        happen(tenant, 1)
        make_now(tenant.id)

    rows = said(reader.get("log-integrity/checkpoints"))["results"]

    assert [row["seq"] for row in rows] == sorted((row["seq"] for row in rows), reverse=True)
    assert len(rows) == 3
    assert all(row["note"].startswith(f"lockstep/{tenant.id}\n") for row in rows)


def test_an_event_is_proven(reader: Manager, tenant: Tenant, stranger: Tenant) -> None:
    happen(tenant, 5)
    event = at(tenant, 3)

    proof = said(reader.get(f"log-integrity/proofs/{event.uuid}"))

    assert lockstep_verify.verify(proof, str(verifiers()[0]))[0] == event.document
    theirs = Event.objects.filter(tenant=stranger)[0]
    assert reader.get(f"log-integrity/proofs/{theirs.uuid}").status_code == 404
    assert reader.get("log-integrity/proofs/nonsense").status_code == 404


def test_there_is_no_proof_of_a_broken_log(reader: Manager, tenant: Tenant) -> None:
    happen(tenant, 5)
    make_now(tenant.id)
    change(tenant, 4, digest=bytes(32))

    answer = reader.get(f"log-integrity/proofs/{at(tenant, 3).uuid}")

    assert answer.status_code == 409
    assert "verify the log" in said(answer)["detail"]
