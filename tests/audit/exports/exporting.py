"""Short words for what tests do to exports."""

from __future__ import annotations

import json
from typing import Any

from audit import exports
from audit.catalogue import EventType
from audit.exports import Selection, start_export
from audit.models import Export
from audit.tasks import work_off_exports
from tenants.models import Tenant
from tests.factories import actor
from tests.log import log_events


def begin(tenant: Tenant, format: str = "jsonl", **selection: str) -> Export:
    return start_export(tenant.id, Selection(**selection), format=format, by=actor())


def text_of(export: Export) -> str:
    return b"".join(exports.content(export)).decode()


def names_in(export: Export) -> list[str]:
    events = [json.loads(line) for line in text_of(export).splitlines()]
    return [event["target"][0]["displayName"] for event in events if event["target"][0]["type"] == "User"]


def finished(export: Export) -> Export:
    for _ in range(20):
        work_off_exports()
    export.refresh_from_db()
    return export


def told(tenant: Tenant, kind: EventType) -> list[dict[str, Any]]:
    found = log_events().filter(tenant=tenant, event_type=kind).order_by("seq")
    return [event.document for event in found]
