"""A new stream of a tenant's log."""

from __future__ import annotations

import json as json_format
from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.actor import command_actor
from downstream.management.commands.add_target import read_config
from downstream.refusals import Refusal
from downstream.streams.keeping import add_stream, made_for
from downstream.streams.sinks import SINKS
from lib.commands import AnsweringCommand
from tenants.lookups import tenant_named


class Command(AnsweringCommand):
    help = (
        "Stream a tenant's log to a receiver. `--schema` prints the JSON Schema of the configuration instead."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("tenant")
        parser.add_argument("name")
        parser.add_argument("--kind", choices=sorted(SINKS), required=True)
        parser.add_argument("--config", metavar="FILE", help="a JSON object; - reads standard input")
        parser.add_argument(
            "--types",
            nargs="+",
            default=[],
            metavar="TYPE",
            help="types of events, such as user.lifecycle.create or group.*; left out: all",
        )
        parser.add_argument("--from-start", action="store_true", help="begin with the first event there is")
        parser.add_argument("--schema", action="store_true", help="print the configuration's JSON Schema")

    def handle(self, *args: Any, tenant: str, name: str, kind: str, json: bool, **options: Any) -> None:
        if options["schema"]:
            schema = SINKS[kind].config_class.model_json_schema()
            self.stdout.write(json_format.dumps(schema, indent=2))
            return
        config = read_config(options["config"])
        try:
            stream = add_stream(
                tenant_named(tenant),
                name=name,
                kind=kind,
                config=config,
                event_types=options["types"],
                from_start=options["from_start"],
                by=command_actor("add_stream"),
            )
        except Refusal as error:
            raise CommandError(str(error)) from error
        facts = {"id": str(stream.id), "name": stream.name, "kind": stream.kind, "cursor": stream.cursor}
        self.answer({**facts, **made_for(stream, config)}, as_json=json)
