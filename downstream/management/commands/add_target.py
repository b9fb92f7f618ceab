"""A new target for a tenant; it owes the whole directory from the start."""

from __future__ import annotations

import json as json_format
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.actor import command_actor
from downstream.connectors import REGISTRY
from downstream.models import Target
from downstream.refusals import Refusal
from downstream.services import add_target, made_for
from lib.commands import AnsweringCommand
from tenants.lookups import tenant_named


class Command(AnsweringCommand):
    help = "Add a target to a tenant. `--schema` prints the JSON Schema of the kind's configuration instead."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("tenant")
        parser.add_argument("name")
        parser.add_argument("--kind", choices=sorted(REGISTRY), required=True)
        parser.add_argument("--config", metavar="FILE", help="a JSON object; - reads standard input")
        parser.add_argument("--dry-run", action="store_true", help="begin with a dry run: nothing is written")
        parser.add_argument("--schema", action="store_true", help="print the configuration's JSON Schema")

    def handle(self, *args: Any, tenant: str, name: str, kind: str, json: bool, **options: Any) -> None:
        if options["schema"]:
            schema = REGISTRY[kind].config_class.model_json_schema()
            self.stdout.write(json_format.dumps(schema, indent=2))
            return
        config = read_config(options["config"])
        mode = Target.Mode.DRY_RUN if options["dry_run"] else Target.Mode.LIVE
        try:
            target = add_target(
                tenant_named(tenant),
                name=name,
                kind=kind,
                config=config,
                mode=mode,
                by=command_actor("add_target"),
            )
        except Refusal as error:
            raise CommandError(str(error)) from error
        facts = {"id": str(target.id), "name": target.name, "kind": target.kind, **made_for(target, config)}
        self.answer({**facts, "owed": target.replicas.exclude(due_at=None).count()}, as_json=json)


def read_config(source: str | None) -> dict[str, Any]:
    """Raises CommandError if it can't be read or is no JSON object."""
    if source is None:
        raise CommandError("Say where the configuration is: --config FILE, or --config - for standard input.")
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
        config = json_format.loads(text)
    except OSError as error:
        raise CommandError(f"The configuration can't be read: {error.strerror}.") from error
    except ValueError as error:
        raise CommandError(f"The configuration is no JSON: {error}.") from error
    if not isinstance(config, dict):
        raise CommandError("The configuration must be a JSON object.")
    return config
