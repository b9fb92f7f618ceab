"""A new credential for a tenant or for one of its users; its secret is shown this once."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.actor import command_actor
from directory.lookups import user_named
from directory.services.announce import subject_of
from lib.commands import AnsweringCommand, positive
from tenants.lookups import tenant_named
from tenants.models import Credential, Scope
from tenants.services import Refusal, create_credential

# A hundred years: the calendar has an end.
MOST_DAYS = 36_500


class Command(AnsweringCommand):
    help = "Create a credential for a tenant."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("tenant")
        parser.add_argument("--kind", choices=Credential.Kind.values, default=Credential.Kind.BEARER.value)
        parser.add_argument("--scope", choices=Scope.values, default=Scope.SCIM.value)
        parser.add_argument("--expires-days", type=_days, metavar="N")
        parser.add_argument(
            "--user",
            metavar="USERNAME",
            help="bind it to this user: it reads and changes that user, roles included, and nothing else",
        )

    def handle(
        self,
        *args: Any,
        tenant: str,
        kind: str,
        scope: str,
        expires_days: int | None,
        user: str | None,
        json: bool,
        **options: Any,
    ) -> None:
        owner = tenant_named(tenant)
        holder = user_named(owner, user) if user is not None else None
        try:
            issued = create_credential(
                owner,
                kind=Credential.Kind(kind),
                scope=Scope(scope),
                by=command_actor("create_credential"),
                expires_in=timedelta(days=expires_days) if expires_days else None,
                user=subject_of(holder) if holder else None,
            )
        except Refusal as error:
            raise CommandError(str(error)) from error
        facts = describe(issued.credential, issued.token)
        self.answer({**facts, "user": holder.user_name} if holder else facts, as_json=json)


def _days(text: str) -> int:
    """For argparse."""
    days = positive(text)
    if days > MOST_DAYS:
        raise ArgumentTypeError(f"must be at most {MOST_DAYS}")
    return days


def describe(credential: Credential, token: str) -> dict[str, Any]:
    facts: dict[str, Any] = {"id": str(credential.id), "kind": credential.kind, "scope": credential.scope}
    facts["expires"] = credential.expires_at.isoformat() if credential.expires_at else None
    if credential.kind == Credential.Kind.BASIC:
        return {**facts, "username": credential.prefix, "password": token}
    return {**facts, "token": token}
