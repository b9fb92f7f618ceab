"""A new tenant with its first credentials; each secret is shown this once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from audit.actor import system_actor
from lib.commands import AnsweringCommand
from tenants.models import Credential, Scope, Tenant
from tenants.services import Issued, Refusal, create_credential, create_tenant


class Command(AnsweringCommand):
    help = "Create a tenant with a SCIM token, a log token and a Basic credential."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name", help="lower-case letters, digits and hyphens")
        parser.add_argument("--hostname", action="append", default=[], help="a host name of its own")

    def handle(self, *args: Any, name: str, hostname: list[str], json: bool, **options: Any) -> None:
        try:
            with transaction.atomic():
                facts = describe(create_tenant(name, hostnames=hostname))
        except Refusal as error:
            raise CommandError(str(error)) from error
        self.answer(facts, as_json=json)


def describe(tenant: Tenant) -> dict[str, Any]:
    """Issues the tenant's first credentials and says where to use them."""
    basic = _issue(tenant, Credential.Kind.BASIC, Scope.SCIM)
    return {
        "tenant": tenant.name,
        "scim_v2": f"{settings.BASE_URL}/scim/v2/",
        "scim_v1": f"{settings.BASE_URL}/scim/v1/",
        "logs": f"{settings.BASE_URL}/api/v1/logs",
        "token": _issue(tenant, Credential.Kind.BEARER, Scope.SCIM).token,
        "logs_token": _issue(tenant, Credential.Kind.BEARER, Scope.LOGS_READ).token,
        "basic": {"username": basic.credential.prefix, "password": basic.token},
    }


def _issue(tenant: Tenant, kind: Credential.Kind, scope: Scope) -> Issued:
    return create_credential(tenant, kind=kind, scope=scope, by=system_actor())
