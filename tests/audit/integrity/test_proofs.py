"""The proof of an event convinces a program of its own, far from the database; what was changed doesn't."""

from __future__ import annotations

import base64
import copy
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command

from audit import checkpoints
from audit.burying import bury
from audit.columns import columns_of
from audit.integrity import lockstep_verify
from audit.integrity.lockstep_verify import Wrong, signed
from audit.models import Checkpoint, Event
from audit.personal import redacted
from audit.proofs import NoProof, proof_of
from lib.signed_notes import Signer
from tenants.models import Tenant
from tests.audit.integrity.logs import at, change, edited, entry, happen
from tests.factories import make_tenant
from tests.log import aged

PROGRAM = Path(lockstep_verify.__file__)
# RFC 8032, 7.1, tests 1 to 3: key, message, signature.
RFC = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.fixture
def tenant(db: None, tmp_path: Path, settings: Any) -> Tenant:
    settings.LOG_CHECKPOINTS = [(tmp_path / "outside").as_uri()]
    tenant = make_tenant("acme")
    happen(tenant, 12)
    checkpoints.make_now(tenant.id)
    return tenant


def key() -> str:
    return str(checkpoints.verifiers()[0])


def convinces(proof: dict[str, Any]) -> bool:
    try:
        lockstep_verify.verify(proof, key())
    except (Wrong, LookupError, TypeError, ValueError):
        return False
    return True


@pytest.mark.parametrize("seq", [1, 7, 12])
def test_the_proof_of_an_event_convinces(tenant: Tenant, seq: int) -> None:
    proof = json.loads(json.dumps(proof_of(at(tenant, seq))))

    event, lines = lockstep_verify.verify(proof, key())

    assert event == at(tenant, seq).document
    assert lines[:2] == [f"lockstep/{tenant.id}", "12"]


def test_the_newest_event_gets_a_checkpoint_at_once(tenant: Tenant) -> None:
    happen(tenant, 1)

    proof = proof_of(at(tenant, 13))

    assert convinces(proof)
    assert Checkpoint.objects.filter(tenant=tenant).count() == 2


CHANGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "body": lambda proof: proof.update(body=proof["body"].replace("Bob", "Eve")),
    "a blank": lambda proof: proof.update(body=proof["body"].replace(":", ": ", 1)),
    "number": lambda proof: proof.update(seq=proof["seq"] + 1),
    "tenant": lambda proof: proof.update(tenant="00000000-0000-0000-0000-000000000001"),
    "previous": lambda proof: proof.update(previous="00" * 32),
    "digests": lambda proof: proof["digests"].pop(),
    "row": lambda proof: proof["row"].update(version=9),
    "salt": lambda proof: proof["blocks"][0].update(salt="00" * 16),
    "block": lambda proof: proof["blocks"].pop(),
    "checkpoint": lambda proof: proof.update(checkpoint=proof["checkpoint"].replace("\n12\n", "\n13\n")),
    "signature": lambda proof: proof.update(checkpoint=proof["checkpoint"][:-9] + "AAAAAAA=\n"),
    "format": lambda proof: proof.update(format="x"),
    "key": lambda proof: proof.update(
        checkpoint=Signer("lockstep", bytes(32)).sign(checkpoints.read(proof["checkpoint"]).text)
    ),
}


@pytest.mark.parametrize("change_", CHANGES.values(), ids=CHANGES.keys())
def test_a_proof_that_was_changed_does_not(tenant: Tenant, change_: Callable[[dict[str, Any]], Any]) -> None:
    proof = proof_of(at(tenant, 5))
    assert convinces(proof)
    other = copy.deepcopy(proof)

    change_(other)

    assert other != proof
    assert not convinces(other)


def test_an_erased_event_can_still_be_proven(tenant: Tenant) -> None:
    event = at(tenant, 7)
    document, blocks = redacted(event.document, json.loads(event.blocks), event.actor_id)
    change(tenant, 7, body=edited(event, **document), blocks=json.dumps(blocks), **columns_of(document))

    proof = proof_of(at(tenant, 7))

    assert convinces(proof)
    assert "Bob" not in proof["body"]


def test_the_neighbours_of_what_retention_took_can_still_be_proven(db: None, tenant: Tenant) -> None:
    old = make_tenant("old")
    events = aged(old.id, 30, *[entry(place) for place in range(6)])
    checkpoints.make_now(old.id)
    bury(old.id, [events[2].seq, events[4].seq])

    assert convinces(proof_of(at(old, 4)))
    assert convinces(proof_of(at(old, 2)))


def test_there_is_no_proof_of_a_broken_log(tenant: Tenant) -> None:
    change(tenant, 9, digest=bytes(32))

    with pytest.raises(NoProof):
        proof_of(at(tenant, 7))


def test_there_is_no_proof_without_a_key(tenant: Tenant, settings: Any) -> None:
    settings.LOG_SIGNING_KEY = []
    happen(tenant, 1)

    with pytest.raises(NoProof):
        proof_of(at(tenant, 13))


def test_the_program_needs_nothing_installed(tenant: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    uuid = str(at(tenant, 7).uuid)
    call_command("verify_log", "acme", event=uuid, proof=str(path), json=True)

    good = run(path, key())
    path.write_text(path.read_text().replace("Bob", "Eve"))
    bad = run(path, key())

    assert (good.returncode, good.stdout.splitlines()[0][:23]) == (0, "PROVEN. Event 7 of lock")
    assert uuid in good.stdout
    assert (bad.returncode, bad.stderr[:11]) == (1, "NOT PROVEN.")


def run(path: Path, word: str) -> subprocess.CompletedProcess[str]:
    """Without the site's packages, in a folder of its own."""
    command = [sys.executable, "-I", "-S", str(PROGRAM), str(path), word]
    return subprocess.run(command, capture_output=True, text=True, cwd=path.parent, check=False)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "lockstep-proof-1"}', "\u0000"])
def test_the_program_says_what_it_cannot_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "proof.json"
    path.write_text(text)

    done = run(path, "lockstep+00+x")

    assert done.returncode == 1
    assert done.stderr.startswith("NOT PROVEN.")
    assert "Traceback" not in done.stderr


def test_a_key_that_is_no_key_is_refused(tenant: Tenant, tmp_path: Path) -> None:
    proof = proof_of(at(tenant, 3))

    for word in ("", "lockstep", "lockstep+00000000+AAAA", key().replace("lockstep", "other")):
        with pytest.raises((Wrong, ValueError)):
            lockstep_verify.verify(proof, word)


@pytest.mark.parametrize(("public", "message", "signature"), RFC)
def test_the_programs_ed25519_is_that_of_the_rfc(public: str, message: str, signature: str) -> None:
    parts = bytes.fromhex(public), bytes.fromhex(signature), bytes.fromhex(message)

    assert signed(*parts)
    assert not signed(parts[0], parts[1], parts[2] + b"x")


def test_the_programs_ed25519_agrees_with_the_librarys() -> None:
    for number in range(8):
        private = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        public, text = private.public_key().public_bytes_raw(), bytes(range(number * 9))
        signature = private.sign(text)

        assert signed(public, signature, text)
        assert not accepted(public, signature[:31] + bytes([signature[31] ^ 64]) + signature[32:], text)
        # The same number once more around is refused: a signature has one form.
        more = int.from_bytes(signature[32:], "little") + lockstep_verify.ORDER
        assert not accepted(public, signature[:32] + more.to_bytes(32, "little"), text)


def accepted(public: bytes, signature: bytes, text: bytes) -> bool:
    try:
        return signed(public, signature, text)
    except Wrong:
        return False


def test_the_command_prints_the_key(tenant: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_log", "acme", key=True, json=True)

    assert json.loads(capsys.readouterr().out) == {"keys": [key()]}
    assert base64.b64decode(key().split("+", 2)[2])[:1] == b"\x01"


@pytest.mark.parametrize("event", ["x", "00000000-0000-0000-0000-000000000001"])
def test_an_event_that_is_not_there_has_no_proof(tenant: Tenant, tmp_path: Path, event: str) -> None:
    path = tmp_path / "proof.json"
    stranger = make_tenant("stranger")
    happen(stranger, 1)

    for uuid in (event, str(Event.objects.get(tenant=stranger).uuid)):
        with pytest.raises(CommandError):
            call_command("verify_log", "acme", event=uuid, proof=str(path))
    assert not path.exists()
