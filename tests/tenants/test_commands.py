"""The commands for tenants and credentials: one JSON document, and the exit codes of the interface."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from directory.services import delete_user
from tenants.models import Credential, Hostname, Scope, Tenant
from tests.factories import actor, make_credential, make_user
from tests.log import log_events
from tests.scim.client import ScimClient

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def answer(capsys: pytest.CaptureFixture[str]) -> Any:
    """Calls a command with --json; what it prints, which must be one document and nothing else."""

    def call(*words: str) -> dict[str, Any]:
        capsys.readouterr()
        call_command(*words, "--json")
        printed: dict[str, Any] = json.loads(capsys.readouterr().out)
        return printed

    return call


def test_a_new_tenant_is_described_as_the_interface_says(db: None, answer: Any, settings: Any) -> None:
    settings.BASE_URL = "https://scim.example.com"

    facts = answer("create_tenant", "acme", "--hostname", "A.example.com", "--hostname", "b.example.com")

    assert list(facts) == ["tenant", "scim_v2", "scim_v1", "logs", "token", "logs_token", "basic"]
    assert facts["tenant"] == "acme"
    assert facts["scim_v2"] == "https://scim.example.com/scim/v2/"
    assert facts["scim_v1"] == "https://scim.example.com/scim/v1/"
    assert facts["logs"] == "https://scim.example.com/api/v1/logs"
    assert set(facts["basic"]) == {"username", "password"}
    assert set(Hostname.objects.values_list("name", flat=True)) == {"a.example.com", "b.example.com"}
    assert Credential.objects.filter(scope=Scope.SCIM).count() == 2
    assert Credential.objects.filter(scope=Scope.LOGS_READ).count() == 1


def test_the_first_credentials_work_for_what_they_are_for(db: None, answer: Any) -> None:
    facts = answer("create_tenant", "acme")

    assert ScimClient(f"Bearer {facts['token']}").get("/Users").status_code == 200
    assert ScimClient(f"Bearer {facts['logs_token']}").get("/Users").status_code == 401
    assert ScimClient(f"Bearer {facts['basic']['password']}").get("/Users").status_code == 401


@pytest.mark.parametrize(
    "words",
    [["acme"], ["Not a name"], ["second", "--hostname", "x.example.com", "--hostname", "X.example.com"]],
)
def test_a_tenant_that_cannot_be_is_refused_whole(tenant: Tenant, words: list[str]) -> None:
    before = Credential.objects.count()

    with pytest.raises(CommandError):
        call_command("create_tenant", *words)

    assert Tenant.objects.count() == 2
    assert Credential.objects.count() == before


@pytest.mark.parametrize("kind", ["bearer", "basic"])
def test_a_new_credential_shows_its_secret(tenant: Tenant, answer: Any, kind: str) -> None:
    facts = answer("create_credential", "acme", "--kind", kind, "--scope", "manage", "--expires-days", "3")

    credential = Credential.objects.get(id=facts["id"])
    secrets = {"token"} if kind == "bearer" else {"username", "password"}
    assert set(facts) == {"id", "kind", "scope", "expires", *secrets}
    assert (credential.tenant, credential.kind, credential.scope) == (tenant, kind, "manage")
    assert credential.expires_at is not None
    assert 2 < (credential.expires_at - timezone.now()).total_seconds() / 86400 < 3
    assert facts["expires"] == credential.expires_at.isoformat()


@pytest.mark.parametrize("days", ["0", "-1", "x", "1.5", "36501", "9" * 20])
def test_days_that_no_calendar_has_are_refused(tenant: Tenant, days: str) -> None:
    before = Credential.objects.count()

    with pytest.raises(CommandError, match="expires-days"):
        call_command("create_credential", "acme", "--expires-days", days)

    assert Credential.objects.count() == before


def test_a_credential_of_one_user_says_whose_it_is(tenant: Tenant, answer: Any) -> None:
    ada = make_user(tenant, "ada")

    facts = answer("create_credential", "acme", "--user", "ADA")

    credential = Credential.objects.get(id=facts["id"])
    assert facts["user"] == "ada"
    assert credential.user_id == ada.id
    assert "one user" in credential.label
    created = log_events().get(tenant=tenant, event_type="system.api_token.create", user_id=ada.id)
    assert [subject["displayName"] for subject in created.document["target"]] == [credential.label, ada.label]
    assert ScimClient(f"Bearer {facts['token']}").get("/Me").status_code == 200


@pytest.mark.parametrize(
    "words",
    [
        ["--user", "nobody"],
        ["--user", ""],
        ["--user", "theirs"],
        ["--user", "gone"],
        ["--user", "ada", "--scope", "manage"],
        ["--user", "ada", "--scope", "logs.read"],
    ],
)
def test_a_credential_is_bound_only_to_a_living_user_of_the_tenant_and_for_scim(
    tenant: Tenant, words: list[str]
) -> None:
    make_user(tenant, "ada")
    make_user(Tenant.objects.get(name="stranger"), "theirs")
    delete_user(tenant, make_user(tenant, "gone").id, by=actor())
    before = Credential.objects.count()

    with pytest.raises(CommandError):
        call_command("create_credential", "acme", *words)

    assert Credential.objects.count() == before


def test_the_database_lets_one_users_credential_be_for_scim_only(tenant: Tenant) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_credential(tenant)
        Credential.objects.filter(tenant=tenant).update(user_id=uuid4(), scope=Scope.MANAGE)


def test_a_revoked_credential_no_longer_works_and_revoking_twice_is_no_error(
    tenant: Tenant, answer: Any
) -> None:
    facts = answer("create_credential", "acme")
    client = ScimClient(f"Bearer {facts['token']}")

    first = answer("revoke_credential", "acme", facts["id"])
    second = answer("revoke_credential", "acme", facts["id"])

    assert client.get("/Users").status_code == 401
    assert first == {"id": facts["id"], "revoked": True, "changed": True}
    assert second == {"id": facts["id"], "revoked": True, "changed": False}


@pytest.mark.parametrize("which", ["unknown", "no uuid", "another tenant's", "another tenant"])
def test_only_a_credential_of_the_tenant_is_revoked(tenant: Tenant, which: str) -> None:
    theirs = Credential.objects.get(tenant__name="stranger")
    ids = {"unknown": str(uuid4()), "no uuid": "x", "another tenant's": str(theirs.id)}

    with pytest.raises(CommandError):
        call_command(
            "revoke_credential", "nobody" if which == "another tenant" else "acme", ids.get(which, "x")
        )

    theirs.refresh_from_db()
    assert theirs.revoked_at is None


def test_people_get_lines_that_name_what_they_see(tenant: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_credential", "acme")

    printed = capsys.readouterr().out
    assert printed.startswith("id ")
    assert "\ntoken " in printed


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a migrated installation of its own, for commands that are really run."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "project.settings",
        "LOCKSTEP_DATA": str(tmp_path_factory.mktemp("data")),
        "SECRET_KEY": "for tests only",
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "DATABASE_URL": "",
    }
    assert run(environment, "migrate", "--verbosity", "0").returncode == 0
    return environment


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_exit_code_is_0_1_or_2(installation: dict[str, str]) -> None:
    good = run(installation, "create_tenant", "acme", "--json")
    refused = run(installation, "create_tenant", "acme", "--json")
    wrong = run(installation, "create_credential", "acme", "--kind", "magic", "--json")
    missing = run(installation, "create_tenant")

    assert good.returncode == 0
    assert json.loads(good.stdout)["tenant"] == "acme"
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "acme" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "magic" in wrong.stderr
    assert missing.returncode == 2
