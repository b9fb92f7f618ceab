"""Fills a tenant with synthetic data, for benchmarks."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from audit.actor import Actor, command_actor
from audit.catalogue import EventType
from audit.log_event import Entry
from audit.services import record
from directory.seeding import Amounts, SeedingError, fill
from downstream.models import Target
from downstream.owing import backfill
from lib.commands import AnsweringCommand, whole
from tenants.lookups import tenant_named
from tenants.models import Tenant
from tenants.services import tenant_subject


class Command(AnsweringCommand):
    help = (
        "Fill a tenant with synthetic users, groups and events at bulk speed, for benchmarks. A further run "
        "adds to them. Users are named user0000001@example.com and so on. If the tenant has targets, each is "
        "owed the whole directory, like a new one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("tenant")
        parser.add_argument("--users", type=whole, default=0, metavar="N")
        parser.add_argument("--groups", type=whole, default=0, metavar="N")
        parser.add_argument("--group-size", type=whole, default=10, metavar="N", help="members of each (10)")
        parser.add_argument(
            "--events", type=whole, default=0, metavar="N", help="what was made, then people who sign in"
        )

    def handle(
        self,
        *args: Any,
        tenant: str,
        users: int,
        groups: int,
        group_size: int,
        events: int,
        json: bool,
        **options: Any,
    ) -> None:
        if not (users or groups or events):
            raise CommandError("Say what to make: --users, --groups or --events.", returncode=2)
        begin, owner, by = time.monotonic(), tenant_named(tenant), command_actor("seed_directory")
        try:
            with transaction.atomic():
                fill(owner, Amounts(users, groups, group_size, events))
                if not events:
                    _log(owner, {"users": users, "groups": groups}, by)
                owed = sum(backfill(target, by=by) for target in Target.objects.filter(tenant=owner))
        except SeedingError as error:
            raise CommandError(str(error)) from error
        facts = {"tenant": tenant, "users": users, "groups": groups, "memberships": groups * group_size}
        took = round(time.monotonic() - begin, 1)
        self.answer({**facts, "events": events, "owed": owed, "seconds": took}, as_json=json)


def _log(tenant: Tenant, counts: Mapping[str, int], by: Actor) -> None:
    """Where what is made has no events of its own."""
    debug = {name: str(count) for name, count in counts.items()}
    entry = Entry(type=EventType.TENANT_SEEDED, actor=by, subjects=(tenant_subject(tenant),), debug=debug)
    record(tenant.id, entry)
