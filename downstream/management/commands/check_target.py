"""Tests the connection to a target."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.actor import command_actor
from downstream.errors import DeliveryError
from downstream.lookups import target_named
from downstream.services import check_target
from lib.commands import AnsweringCommand
from tenants.lookups import tenant_named


class Command(AnsweringCommand):
    help = "Test the connection to a target."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("tenant")
        parser.add_argument("name")

    def handle(self, *args: Any, tenant: str, name: str, json: bool, **options: Any) -> None:
        target = target_named(tenant_named(tenant), name)
        try:
            check_target(target, by=command_actor("check_target"))
        except DeliveryError as error:
            raise CommandError(str(error)) from error
        self.answer({"name": target.name, "answers": True}, as_json=json)
