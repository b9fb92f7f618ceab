"""The page about the log's integrity: how it stands, verifying on request, what auditors take with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.catalogue import EventType
from audit.checkpoints import make_now, verifiers
from audit.integrity import lockstep_verify
from audit.models import Checkpoint, Verification
from audit.tasks import verify_logs
from audit.witnesses import tell_all
from tenants.models import Operator, Role, Tenant
from tests.audit.integrity.logs import at, change, happen
from tests.dashboard.conftest import Stranger
from tests.dashboard.reading import HTMX, text_of
from tests.factories import make_operator
from tests.log import log_events


@pytest.fixture(autouse=True)
def outside(tmp_path: Path, settings: Any) -> None:
    settings.LOG_CHECKPOINTS = [(tmp_path / "outside").as_uri()]


def signed_in(operator: Operator) -> Client:
    client = Client()
    client.force_login(operator.user)
    return client


def test_an_intact_log_is_called_so_with_its_checkpoints(
    pages: Client, tenant: Tenant, stranger: Stranger
) -> None:
    happen(tenant, 5)
    checkpoint = make_now(tenant.id)
    make_now(stranger.tenant.id)
    tell_all()
    verify_logs()

    page = text_of(pages.get(reverse("integrity")))

    assert checkpoint is not None
    assert "Intact" in page
    assert reverse("integrity-checkpoint", args=[checkpoint.seq]) in page
    assert f"up to event {checkpoint.seq}" in page
    assert str(verifiers()[0]) in page
    assert page.count("Signed note") == 1


def test_a_touched_log_names_the_event_and_the_log_page_says_it_too(pages: Client, tenant: Tenant) -> None:
    happen(tenant, 5)
    change(tenant, 4, severity="ERROR")
    verify_logs()

    page = text_of(pages.get(reverse("integrity")))

    assert "Not intact" in page
    assert reverse("event", args=[at(tenant, 4).uuid]) in page
    assert "Not intact" in text_of(pages.get(reverse("log")))


def test_a_verification_is_asked_for_and_the_page_follows_it(pages: Client, tenant: Tenant) -> None:
    happen(tenant, 5)
    assert "Verify now" in text_of(pages.get(reverse("integrity")))

    answer = pages.post(reverse("verify-integrity"))

    assert answer["Location"] == reverse("integrity")
    part = text_of(pages.get(reverse("integrity"), headers=HTMX))
    assert "every 2s" in part
    assert "<html" not in part
    assert "Verify now" not in part
    asked = log_events().get(tenant=tenant, event_type=EventType.VERIFICATION_REQUESTED)
    assert asked.document["actor"]["alternateId"] == "grace"
    verify_logs()
    part = text_of(pages.get(reverse("integrity"), headers=HTMX))
    assert "every 2s" not in part
    assert "Intact" in part


def test_an_auditor_looks_and_takes_but_does_not_ask(tenant: Tenant) -> None:
    happen(tenant, 5)
    client = signed_in(make_operator(tenant, Role.AUDITOR))

    page = text_of(client.get(reverse("integrity")))
    answer = client.post(reverse("verify-integrity"))

    assert "Verify now" not in page
    assert answer.status_code == 403
    assert not Verification.objects.exists()
    assert client.get(reverse("proof", args=[at(tenant, 2).uuid])).status_code == 200


def test_a_checkpoint_is_a_file_and_a_strangers_is_not_there(
    pages: Client, tenant: Tenant, stranger: Stranger
) -> None:
    happen(stranger.tenant, 50)
    theirs = make_now(stranger.tenant.id)
    happen(tenant, 5)
    checkpoint = make_now(tenant.id)
    assert checkpoint is not None
    assert theirs is not None

    answer = pages.get(reverse("integrity-checkpoint", args=[checkpoint.seq]))

    assert answer.content.decode() == Checkpoint.objects.get(tenant=tenant).note
    assert "attachment" in answer["Content-Disposition"]
    assert pages.get(reverse("integrity-checkpoint", args=[theirs.seq])).status_code == 404


def test_the_proof_of_an_event_is_verified_by_the_program_that_the_page_gives(
    pages: Client, tenant: Tenant, stranger: Stranger
) -> None:
    happen(tenant, 5)
    happen(stranger.tenant, 1)
    event = at(tenant, 3)

    answer = pages.get(reverse("proof", args=[event.uuid]))
    program = pages.get(reverse("integrity-verifier"))

    assert lockstep_verify.verify(json.loads(answer.content), str(verifiers()[0]))[0] == event.document
    assert b"".join(program.streaming_content) == Path(lockstep_verify.__file__).read_bytes()  # type: ignore[attr-defined]
    theirs = at(stranger.tenant, 1)
    assert pages.get(reverse("proof", args=[theirs.uuid])).status_code == 404


def test_without_a_key_there_is_a_sentence_in_place_of_a_proof(
    pages: Client, tenant: Tenant, settings: Any
) -> None:
    settings.LOG_SIGNING_KEY = []
    happen(tenant, 5)

    answer = pages.get(reverse("proof", args=[at(tenant, 3).uuid]), follow=True)

    assert "LOG_SIGNING_KEY is not set" in text_of(answer)
    assert "LOG_SIGNING_KEY is not set" in text_of(pages.get(reverse("integrity")))
