"""The forms in which events leave the log: pure functions of the LogEvent, one module each."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from audit.formats.cef import cef_line
from audit.formats.ocsf import ocsf_event
from audit.formats.table import head_row, row
from audit.log_event import canonical

LogEvent = dict[str, Any]


@dataclass(frozen=True)
class Format:
    """Files of it are `head` and then a `line` for each event. `line` takes the body as the log keeps it."""

    name: str
    label: str
    extension: str
    content_type: str
    line: Callable[[str], str]
    head: str = ""


def _ocsf_line(body: str) -> str:
    return canonical(ocsf_event(json.loads(body))) + "\n"


FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format("csv", "CSV", "csv", "text/csv", lambda body: row(json.loads(body)), head_row()),
        Format(
            "jsonl", "JSON Lines (Okta's LogEvent)", "jsonl", "application/jsonl", lambda body: f"{body}\n"
        ),
        Format("ocsf", "OCSF 1.3 (JSON Lines)", "ocsf.jsonl", "application/jsonl", _ocsf_line),
        Format("cef", "CEF", "cef", "text/plain", lambda body: f"{cef_line(json.loads(body))}\n"),
    )
}
