"""Deletes a target: nothing is delivered there any more, and what is there stays."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.actor import command_actor
from downstream.lookups import target_named
from downstream.models import Target
from downstream.settings import delete_target
from lib.commands import AnsweringCommand
from tenants.lookups import tenant_named


class Command(AnsweringCommand):
    help = "Delete a target. What is in it stays there; Lockstep forgets what it knows of it."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("tenant")
        parser.add_argument("name")
        parser.add_argument("--confirm", metavar="NAME", default="", help="the target's name once more")

    def handle(self, *args: Any, tenant: str, name: str, json: bool, confirm: str, **options: Any) -> None:
        target = target_named(tenant_named(tenant), name)
        if confirm != target.name:
            raise CommandError(f"This can't be taken back. Repeat the name: --confirm {target.name!r}.")
        delete_target(target, by=command_actor("delete_target"))
        left = Target.objects.filter(id=target.id).exists()
        self.answer({"id": str(target.id), "name": name, "removed": not left}, as_json=json)
