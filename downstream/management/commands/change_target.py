"""Changes the settings of a target."""

from __future__ import annotations

from typing import Any, cast

from django.core.management.base import CommandError, CommandParser

from audit.actor import command_actor
from downstream.lookups import target_named
from downstream.management.commands.add_target import read_config
from downstream.models import Target
from downstream.refusals import Refusal
from downstream.services import switch
from downstream.settings import PLAIN, Changes, change_target
from lib.commands import AnsweringCommand, positive, whole
from tenants.lookups import tenant_named
from tenants.models import Tenant

MODES = ("live", "dry-run", "paused")


class Command(AnsweringCommand):
    help = "Change the settings of a target; what is not named stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("tenant")
        parser.add_argument("name")
        parser.add_argument("--rename", metavar="NAME", dest="new_name", help="the name from now on")
        parser.add_argument(
            "--config",
            metavar="FILE",
            help="the whole configuration, a JSON object; left-out secrets stay; - reads standard input",
        )
        parser.add_argument("--time-limit", type=positive, metavar="SECONDS", help="of each call")
        parser.add_argument(
            "--after", nargs="*", metavar="NAME", help="deliver once these targets are in step; none: at once"
        )
        parser.add_argument(
            "--wait-seconds",
            type=whole,
            metavar="N",
            help="SCIM requests wait so long for the result, at most 25",
        )
        parser.add_argument("--mode", choices=MODES, help="dry-run writes down what would be done")
        parser.add_argument(
            "--guard-floor", type=whole, metavar="N", help="so many removals an hour are never held"
        )
        parser.add_argument(
            "--guard-percent", type=whole, metavar="N", help="nor this part of all accounts; both 0: no guard"
        )
        parser.add_argument("--concurrency", type=positive, metavar="N", help="deliveries at once")
        rate = "calls a second at most, by all workers; 0: as many as it takes"
        parser.add_argument("--rate", type=float, metavar="N", help=rate)
        objective = "how long a change may wait before there is an alert"
        parser.add_argument("--backlog-objective", type=positive, metavar="SECONDS", help=objective)

    def handle(self, *args: Any, tenant: str, name: str, json: bool, **options: Any) -> None:
        target = target_named(tenant_named(tenant), name)
        try:
            changed = change_target(
                target, **changes_in(options, target.tenant), by=command_actor("change_target")
            )
            if options["mode"]:
                changed |= switch(target, Target.Mode(options["mode"]), by=command_actor("change_target"))
        except Refusal as error:
            raise CommandError(str(error)) from error
        self.answer({"id": str(target.id), "name": target.name, "changed": changed}, as_json=json)


def changes_in(options: dict[str, Any], tenant: Tenant) -> Changes:
    asked = {name: options[name] for name in PLAIN if name in options}
    changes: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    if options["rate"] == 0:
        changes["rate"] = None
    if options["new_name"] is not None:
        changes["name"] = options["new_name"]
    if options["after"] is not None:
        changes["after"] = [target_named(tenant, other) for other in options["after"]]
    if options["config"]:
        changes["config"] = read_config(options["config"])
    if not changes and not options["mode"]:
        raise CommandError("Say what is to change: see `change_target --help`.")
    return cast(Changes, changes)
