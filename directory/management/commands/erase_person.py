"""Takes a person out of the log."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.actor import command_actor
from audit.erasure import erase, mentions, work_off
from directory.people import identity
from lib.commands import AnsweringCommand
from tenants.lookups import tenant_named


class Command(AnsweringCommand):
    help = (
        "Erase a person from a tenant's log: their names, addresses and what changed of them, in every event "
        "up to now. Their id stays, the chain stays whole, and the log tells of it. Delete the user first: "
        "otherwise new events name them again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("tenant")
        parser.add_argument("person", help="id or user name; of staff the name they sign in with")
        parser.add_argument(
            "--name", action="append", default=[], help="what else they are or were called (more than once)"
        )
        parser.add_argument("--dry-run", action="store_true", help="only count the events that mention them")

    def handle(
        self, *args: Any, tenant: str, person: str, name: list[str], dry_run: bool, json: bool, **options: Any
    ) -> None:
        if not person.strip():
            raise CommandError("Say whom to erase.", returncode=2)
        owner = tenant_named(tenant)
        found = identity(owner, person)
        names = [*found.names, *name]
        facts: dict[str, Any] = {"tenant": tenant, "person": found.id}
        if dry_run:
            self.answer({**facts, "mentions": mentions(owner.id, found.id, names)}, as_json=json)
            return
        erasure = erase(owner.id, found.id, names=names, by=command_actor("erase_person"))
        work_off(erasure)
        erasure.refresh_from_db()
        self.answer({**facts, "erasure": str(erasure.id), "events": erasure.count}, as_json=json)
