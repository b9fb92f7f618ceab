"""A log with events goes through the migrations, backwards and forwards, and stays whole."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from chaos.scene import manage
from tests.end_to_end.conftest import empty_database
from tests.end_to_end.lockstep import OF_THE_SUITE

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow, pytest.mark.xdist_group("end_to_end")]

BEFORE_WORDS = "0008_verification_leases"


@pytest.mark.timeout(300)
def test_the_index_of_words_is_taken_away_and_made_anew(tmp_path: Path) -> None:
    with empty_database() as url:
        environment = {name: value for name, value in os.environ.items() if name not in OF_THE_SUITE} | {
            "LOCKSTEP_DATA": str(tmp_path),
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            **({"DATABASE_URL": url} if url else {}),
        }
        manage(environment, "migrate", "--verbosity", "0")
        manage(environment, "create_tenant", "acme", "--json")
        # Who reads seals.
        manage(environment, "export_log", "acme", "--format", "jsonl")
        before = json.loads(manage(environment, "verify_log", "acme", "--json"))

        manage(environment, "migrate", "audit", BEFORE_WORDS, "--verbosity", "0")
        manage(environment, "migrate", "--verbosity", "0")

        after = json.loads(manage(environment, "verify_log", "acme", "--json"))
        found = manage(environment, "export_log", "acme", "--format", "jsonl", "--q", "token")
    assert before["last"] > 0
    assert after["last"] >= before["last"]
    assert "system.api_token.create" in found
