"""Replays what a person selects: failed deliveries, unless told otherwise."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from audit.actor import system_actor
from downstream.lookups import target_named
from downstream.models import Replica, ReplicaQuerySet, State
from downstream.replays import replay
from lib.commands import AnsweringCommand
from tenants.lookups import tenant_named
from tenants.models import Tenant


class Command(AnsweringCommand):
    help = "Deliver again: what failed, or what --state, --since, --until, --group and --target select."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("tenant")
        parser.add_argument("--target", metavar="NAME")
        parser.add_argument("--state", choices=State.values)
        parser.add_argument("--since", metavar="TIME", help="failed at or after this moment (RFC 3339)")
        parser.add_argument("--until", metavar="TIME", help="failed before this moment")
        parser.add_argument("--group", metavar="ID", help="this group and its members")
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, tenant: str, json: bool, dry_run: bool, **options: Any) -> None:
        chosen = select(tenant_named(tenant), options)
        count = chosen.count() if dry_run else replay(chosen, by=system_actor())
        self.answer({"tenant": tenant, "replayed": 0 if dry_run else count, "selected": count}, as_json=json)


def select(tenant: Tenant, options: dict[str, Any]) -> ReplicaQuerySet:
    replicas = Replica.objects.of_tenant(tenant)
    if name := options["target"]:
        replicas = replicas.filter(target=target_named(tenant, name))
    if group := options["group"]:
        replicas = replicas.around_group(_id(group))
    if since := options["since"]:
        replicas = replicas.filter(failed_at__gte=_moment(since))
    if until := options["until"]:
        replicas = replicas.filter(failed_at__lt=_moment(until))
    return replicas.filter(state=options["state"]) if options["state"] else replicas.failed()


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise CommandError(f"--group must be a group's id, not {text!r}.") from None


def _moment(text: str) -> datetime:
    """Raises CommandError. Without a zone it is UTC."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"{text!r} is no moment: write it like 2026-11-22T10:50:45Z.")
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.get_default_timezone())
