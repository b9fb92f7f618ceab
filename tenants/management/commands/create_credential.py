"""A new credential for a tenant; its secret is shown this once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser

from audit.actor import system_actor
from lib.commands import AnsweringCommand, positive
from tenants.lookups import tenant_named
from tenants.models import Credential, Scope
from tenants.services import create_credential


class Command(AnsweringCommand):
    help = "Create a credential for a tenant."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("tenant")
        parser.add_argument("--kind", choices=Credential.Kind.values, default=Credential.Kind.BEARER.value)
        parser.add_argument("--scope", choices=Scope.values, default=Scope.SCIM.value)
        parser.add_argument("--expires-days", type=positive, metavar="N")

    def handle(
        self,
        *args: Any,
        tenant: str,
        kind: str,
        scope: str,
        expires_days: int | None,
        json: bool,
        **options: Any,
    ) -> None:
        issued = create_credential(
            tenant_named(tenant),
            kind=Credential.Kind(kind),
            scope=Scope(scope),
            by=system_actor(),
            expires_in=timedelta(days=expires_days) if expires_days else None,
        )
        self.answer(describe(issued.credential, issued.token), as_json=json)


def describe(credential: Credential, token: str) -> dict[str, Any]:
    facts: dict[str, Any] = {"id": str(credential.id), "kind": credential.kind, "scope": credential.scope}
    facts["expires"] = credential.expires_at.isoformat() if credential.expires_at else None
    if credential.kind == Credential.Kind.BASIC:
        return {**facts, "username": credential.prefix, "password": token}
    return {**facts, "token": token}
