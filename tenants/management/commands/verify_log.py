"""Verifies the log of a tenant, or writes the proof of one event."""

from __future__ import annotations

import json as json_
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from audit import checkpoints
from audit.actor import command_actor
from audit.integrity.rollbacks import NotSettled, settle
from audit.integrity.verifying import Verdict, verify
from audit.models import Event
from audit.proofs import NoProof, proof_of
from audit.sealing import seal
from lib.commands import AnsweringCommand
from lib.signed_notes import BadNote, notes_in
from tenants.lookups import tenant_named
from tenants.models import Tenant


class Command(AnsweringCommand):
    help = (
        "Verify the log of a tenant: every event, its columns, the chain, signed checkpoints, those in "
        "files of LOG_CHECKPOINTS included. Exit status 1, and the events by name, if anything was changed, "
        "removed, inserted, reordered, cut off or rolled back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("tenant")
        parser.add_argument(
            "--from", dest="start", metavar="FILE", help="go on from the newest checkpoint in this file"
        )
        parser.add_argument("--event", metavar="UUID", help="the event that --proof is of")
        parser.add_argument(
            "--proof", metavar="FILE", help="write the proof of --event for lockstep_verify.py"
        )
        parser.add_argument(
            "--accept-rollback",
            metavar="REASON",
            help="the log was restored from a backup: let it begin anew behind what was kept",
        )
        parser.add_argument("--key", action="store_true", help="print the public keys and nothing else")

    def handle(self, *args: Any, tenant: str, json: bool, **options: Any) -> None:
        chosen = tenant_named(tenant)
        if options["key"]:
            keys = [str(verifier) for verifier in checkpoints.verifiers()]
            self.answer({"keys": keys}, as_json=json)
        elif options["event"] or options["proof"]:
            self.answer(_write_proof(chosen, options["event"], options["proof"]), as_json=json)
        elif options["accept_rollback"]:
            self.answer(_accept_rollback(chosen, options["accept_rollback"]), as_json=json)
        else:
            self._verify(chosen, options["start"], as_json=json)

    def _verify(self, tenant: Tenant, start: str | None, *, as_json: bool) -> None:
        verdict = verify(tenant.id, _start(tenant, Path(start)) if start else None)
        facts = _facts(tenant, verdict)
        if as_json:
            facts |= {"findings": [finding.as_json() for finding in verdict.findings]}
        self.answer(facts, as_json=as_json)
        if not verdict.is_good:
            said = "" if as_json else "\n" + "\n".join(finding.says for finding in verdict.findings)
            raise CommandError(f"The log of {tenant.name} is not as it was sealed.{said}")


def _accept_rollback(tenant: Tenant, reason: str) -> dict[str, Any]:
    try:
        loss = settle(tenant.id, reason=reason, by=command_actor("verify_log"))
    except NotSettled as error:
        raise CommandError(str(error)) from error
    return {"tenant": tenant.name, "kept_up_to": loss.kept, "lost_up_to": loss.lost}


def _facts(tenant: Tenant, verdict: Verdict) -> dict[str, Any]:
    return {
        "tenant": tenant.name,
        "good": verdict.is_good,
        "first": verdict.first,
        "last": verdict.seq,
        "verified": verdict.count,
        "taken_by_retention": verdict.gone,
        "checkpoints": verdict.checkpoints,
        "chain": verdict.hash.hex() if verdict.hash else None,
    }


def _start(tenant: Tenant, path: Path) -> tuple[int, bytes]:
    """The newest checkpoint of the tenant's log in a file."""
    try:
        places = [checkpoints.read(note) for note in notes_in(path.read_text(encoding="utf-8"))]
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} can't be read: {error}.") from error
    except BadNote as error:
        raise CommandError(f"{path}: {error}") from error
    mine = [(place.seq, place.hash) for place in places if place.tenant_id == tenant.id]
    if not mine:
        raise CommandError(f"There is no checkpoint of {tenant.name} in {path}.")
    return max(mine)


def _write_proof(tenant: Tenant, event_id: str | None, path: str | None) -> dict[str, Any]:
    if not event_id or not path:
        raise CommandError("--event and --proof go together.")
    seal(tenant.id)
    try:
        proof = proof_of(Event.objects.get(tenant=tenant, uuid=event_id))
        Path(path).write_text(json_.dumps(proof, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except (Event.DoesNotExist, ValidationError):
        raise CommandError(f"The log of {tenant.name} has no event {event_id}.") from None
    except (NoProof, OSError) as error:
        raise CommandError(str(error)) from error
    keys = [str(verifier) for verifier in checkpoints.verifiers()]
    return {"proof": path, "checkpoint": proof["seq"] + len(proof["digests"]), "keys": keys}
