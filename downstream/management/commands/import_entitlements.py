"""Reads into the catalogue which roles and entitlements a target offers."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.actor import command_actor
from downstream.entitlements import import_entitlements
from downstream.errors import DeliveryError
from downstream.lookups import target_named
from downstream.refusals import Refusal
from lib.commands import AnsweringCommand
from tenants.lookups import tenant_named


class Command(AnsweringCommand):
    help = "Read a target's roles and entitlements into the tenant's catalogue, which Okta reads."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("tenant")
        parser.add_argument("target")

    def handle(self, *args: Any, tenant: str, target: str, json: bool, **options: Any) -> None:
        chosen = target_named(tenant_named(tenant), target)
        try:
            taken = import_entitlements(chosen, by=command_actor("import_entitlements"))
        except (DeliveryError, Refusal) as error:
            raise CommandError(str(error)) from error
        facts = {
            "target": chosen.name,
            "added": taken.added,
            "changed": taken.changed,
            "removed": taken.removed,
        }
        self.answer({**facts, "left_out": list(taken.left_out)}, as_json=json)
