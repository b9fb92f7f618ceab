"""A new signing secret for a target; the old one stays good for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.actor import command_actor
from downstream.lookups import target_named
from downstream.refusals import Refusal
from downstream.rotations import KEEP, rotate_secret
from lib.commands import AnsweringCommand, whole
from tenants.lookups import tenant_named


class Command(AnsweringCommand):
    help = "Make a new signing secret for a target and print it, this once."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("tenant")
        parser.add_argument("name")
        hours = int(KEEP / timedelta(hours=1))
        parser.add_argument(
            "--keep-hours",
            type=whole,
            default=hours,
            metavar="N",
            help=f"how long the old secret signs beside the new one ({hours})",
        )

    def handle(self, *args: Any, tenant: str, name: str, keep_hours: int, json: bool, **options: Any) -> None:
        target = target_named(tenant_named(tenant), name)
        try:
            # More hours than a timedelta holds are too many anyhow.
            secret = rotate_secret(
                target, keep=timedelta(hours=min(keep_hours, 10**6)), by=command_actor("rotate_secret")
            )
        except Refusal as error:
            raise CommandError(str(error)) from error
        self.answer({"name": target.name, "secret": secret}, as_json=json)
