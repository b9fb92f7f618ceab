"""Allows or rejects what the deletion guard of a target holds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.actor import command_actor
from downstream.guard import allow, reject
from downstream.lookups import target_named
from downstream.refusals import Refusal
from lib.commands import AnsweringCommand
from tenants.lookups import tenant_named


class Command(AnsweringCommand):
    help = "Decide what becomes of the removals that the guard of a target holds."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("tenant")
        parser.add_argument("name")
        decision = parser.add_mutually_exclusive_group(required=True)
        decision.add_argument("--allow", action="store_true", help="do them; for an hour nothing is held")
        decision.add_argument(
            "--reject", metavar="REASON", help="do not; the reason is shown at each of them"
        )

    def handle(self, *args: Any, tenant: str, name: str, json: bool, **options: Any) -> None:
        target = target_named(tenant_named(tenant), name)
        try:
            if options["allow"]:
                told = {"allowed": allow(target, by=command_actor("decide_removals"))}
            else:
                told = {
                    "rejected": reject(target, reason=options["reject"], by=command_actor("decide_removals"))
                }
        except Refusal as error:
            raise CommandError(str(error)) from error
        self.answer({"target": target.name, **told}, as_json=json)
