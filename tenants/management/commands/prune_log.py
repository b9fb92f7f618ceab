"""Takes out of the log what is older than it is kept."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from audit import pruning
from audit.actor import command_actor
from audit.kinds import Kind
from lib.commands import AnsweringCommand
from tenants.lookups import tenant_named
from tenants.models import Tenant


class Command(AnsweringCommand):
    help = (
        "Take out of the log what is older than it is kept (LOG_RETENTION_DAYS, or what the tenant wants for "
        "that kind of event). Workers do so every hour. The chain stays whole, and the log tells of it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("tenant", nargs="?", help="of this tenant only")
        parser.add_argument("--dry-run", action="store_true", help="only count what would go")

    def handle(self, *args: Any, tenant: str | None, dry_run: bool, json: bool, **options: Any) -> None:
        tenants = [tenant_named(tenant)] if tenant else list(Tenant.objects.order_by("name"))
        expired = {one.name: pruning.expired(one.id) for one in tenants}
        facts = {name: {kind.value: counts[kind] for kind in Kind} for name, counts in expired.items()}
        if tenant and not dry_run:
            pruning.prune(tenants[0].id, by=command_actor("prune_log"))
        elif not dry_run:
            pruning.prune_all(by=command_actor("prune_log"))
        self.answer(facts, as_json=json)
