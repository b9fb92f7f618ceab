"""Writes events of a tenant to a file or to standard output, and holds only a part of them at a time."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.actor import command_actor
from audit.exports import NotPossible, Selection
from audit.exports.direct import write_export
from audit.exports.starting import count_of
from audit.formats import FORMATS
from audit.models import Export
from audit.search import InvalidSearch
from lib.commands import AnsweringCommand
from tenants.lookups import tenant_named
from tenants.models import Tenant


class Command(AnsweringCommand):
    help = "Export events of a tenant's log as CSV, JSON Lines, OCSF 1.3 or CEF."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("tenant")
        parser.add_argument("--format", choices=list(FORMATS), default="jsonl")
        parser.add_argument("--output", type=Path, help="the file; left out: standard output")
        parser.add_argument("--since", default="", help="at this time or later, such as 2026-01-31T00:00:00Z")
        parser.add_argument("--until", default="", help="before this time")
        parser.add_argument("--filter", default="", help='in the words of the API: eventType eq "..."')
        parser.add_argument("--q", default="", help="words that occur")
        parser.add_argument("--count", action="store_true", help="only tell how many events it would be")

    def handle(
        self,
        *args: Any,
        tenant: str,
        format: str,
        output: Path | None,
        json: bool,
        count: bool,
        **options: Any,
    ) -> None:
        found = tenant_named(tenant)
        selection = Selection(**{name: options[name] for name in ("filter", "q", "since", "until")})
        try:
            if count:
                self.answer({"events": count_of(found.id, selection)}, as_json=json)
            elif output is None:
                self._to_standard_output(found, selection, format)
            else:
                self.answer(_facts(_to_file(found, selection, format, output), output), as_json=json)
        except (InvalidSearch, NotPossible) as error:
            raise CommandError(str(error)) from error

    def _to_standard_output(self, tenant: Tenant, selection: Selection, format: str) -> None:
        """Bytes, where there are any to be had, so that no line end is changed."""
        out = getattr(self.stdout._out, "buffer", sys.stdout.buffer)
        write_export(tenant.id, selection, format=format, out=out, by=command_actor("export_log"))


def _to_file(tenant: Tenant, selection: Selection, format: str, output: Path) -> Export:
    """Under another name until it is whole."""
    unfinished = output.with_name(f"{output.name}.part")
    try:
        with unfinished.open("wb") as out:
            export = write_export(
                tenant.id, selection, format=format, out=out, by=command_actor("export_log")
            )
        unfinished.replace(output)
    except OSError as error:
        raise CommandError(f"{output} can't be written ({error.strerror}).") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return export


def _facts(export: Export, output: Path) -> dict[str, Any]:
    return {"file": str(output), "events": export.done, "bytes": export.size, "sha256": export.sha256}
