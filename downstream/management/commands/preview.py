"""Shows what a delivery would do, without doing it."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandParser

from downstream.lookups import name_a_replica, replica_named
from downstream.previews import Preview, preview
from lib.commands import AnsweringCommand
from tenants.lookups import tenant_named


class Command(AnsweringCommand):
    help = "Show what a target has of a user or group beside what it would get. Nothing is written."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        name_a_replica(parser)

    def handle(self, *args: Any, tenant: str, target: str, json: bool, **options: Any) -> None:
        replica = replica_named(tenant_named(tenant), target, user=options["user"], group=options["group"])
        seen = preview(replica)
        if json:
            self.answer(facts(seen), as_json=True)
            return
        self.stdout.write(f"{seen.outlook.label}. {seen.sentence}".strip())
        for line in seen.lines:
            change = f" -> {told(line.wanted)}" if line.changes else ""
            self.stdout.write(f"  {line.field}: {told(line.there)}{change}")
        if seen.members and seen.members.compared:
            self.stdout.write(f"  members: {seen.members.joining} join, {seen.members.leaving} leave")


def told(value: object) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


def facts(seen: Preview) -> dict[str, Any]:
    """As JSON has it."""
    return {
        "outlook": seen.outlook,
        "sentence": seen.sentence,
        "attribute": seen.attribute,
        "remote_id": seen.remote_id,
        "lines": [vars(line) for line in seen.lines],
        "members": vars(seen.members) if seen.members else None,
    }
