"""Lets a value stand in for what the mapping makes of a user or group in one target."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from audit.actor import command_actor
from downstream.errors import DeliveryError
from downstream.lookups import name_a_replica, replica_named
from downstream.models import Override, Replica
from downstream.overrides import end, override
from downstream.refusals import Refusal
from lib.commands import AnsweringCommand, positive
from tenants.lookups import tenant_named


class Command(AnsweringCommand):
    help = "Override one mapped value of a user or group in a target, and deliver it again; or --end that."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        name_a_replica(parser)
        parser.add_argument("--field", required=True, help="the target's name for it, such as a column")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--value", metavar="TEXT")
        what.add_argument("--nothing", action="store_true", help="write no value")
        what.add_argument("--end", action="store_true", help="go back to what the mapping makes")
        parser.add_argument("--reason", default="", help="why, for whoever finds it later")
        parser.add_argument("--expires-hours", type=positive, metavar="N")

    def handle(self, *args: Any, tenant: str, target: str, json: bool, **options: Any) -> None:
        replica = replica_named(tenant_named(tenant), target, user=options["user"], group=options["group"])
        if options["end"]:
            _end(replica, options["field"])
        else:
            _make(replica, options)
        facts = {"target": target, "field": options["field"], "overridden": not options["end"]}
        self.answer(facts, as_json=json)


def _make(replica: Replica, options: dict[str, Any]) -> None:
    hours = options["expires_hours"]
    try:
        override(
            replica,
            options["field"],
            options["value"],
            reason=options["reason"],
            expires_at=timezone.now() + timedelta(hours=hours) if hours else None,
            by=command_actor("override"),
        )
    except (Refusal, DeliveryError) as error:
        raise CommandError(str(error)) from error


def _end(replica: Replica, field: str) -> None:
    living = Override.objects.filter(replica=replica, field=field, ended_at=None).with_replica().first()
    if living is None:
        raise CommandError(f"The field {field!r} is not overridden.")
    end(living, by=command_actor("override"))
