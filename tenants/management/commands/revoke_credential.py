"""Takes a credential away, at once and for good."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from audit.actor import command_actor
from lib.commands import AnsweringCommand
from tenants.lookups import tenant_named
from tenants.models import Credential
from tenants.services import revoke_credential


class Command(AnsweringCommand):
    help = "Revoke a credential of a tenant. Revoking twice is no error."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("tenant")
        parser.add_argument("id", help="the credential's id, as create_credential printed it")

    def handle(self, *args: Any, tenant: str, id: str, json: bool, **options: Any) -> None:
        try:
            credential = tenant_named(tenant).credentials.get(id=id)
        except (Credential.DoesNotExist, ValidationError):
            raise CommandError(f"The tenant {tenant} has no credential {id}.") from None
        changed = revoke_credential(credential, by=command_actor("revoke_credential"))
        self.answer({"id": str(credential.id), "revoked": True, "changed": changed}, as_json=json)
