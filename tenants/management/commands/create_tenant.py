"""A new tenant with its first credentials; each secret is shown this once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from audit.actor import command_actor
from lib.commands import AnsweringCommand
from tenants.models import Tenant
from tenants.services import FirstCredentials, Refusal, open_tenant


class Command(AnsweringCommand):
    help = "Create a tenant with a SCIM token, a log token and a Basic credential."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name", help="lower-case letters, digits and hyphens")
        parser.add_argument("--hostname", action="append", default=[], help="a host name of its own")

    def handle(self, *args: Any, name: str, hostname: list[str], json: bool, **options: Any) -> None:
        try:
            tenant, issued = open_tenant(name, hostnames=hostname, by=command_actor("create_tenant"))
        except Refusal as error:
            raise CommandError(str(error)) from error
        self.answer(describe(tenant, issued), as_json=json)


def describe(tenant: Tenant, issued: FirstCredentials) -> dict[str, Any]:
    return {
        "tenant": tenant.name,
        "scim_v2": f"{settings.BASE_URL}/scim/v2/",
        "scim_v1": f"{settings.BASE_URL}/scim/v1/",
        "logs": f"{settings.BASE_URL}/api/v1/logs",
        "token": issued.scim.token,
        "logs_token": issued.logs.token,
        "basic": {"username": issued.basic.credential.prefix, "password": issued.basic.token},
    }
