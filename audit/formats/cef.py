"""ArcSight's Common Event Format (version 26 of its guide): one line that every older SIEM reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.formats.reading import (
    PRODUCT,
    VENDOR,
    VERSION,
    address,
    known,
    milliseconds,
    subject_of,
    user_agent,
)

# 0 to 10.
SEVERITY = {"DEBUG": 1, "INFO": 3, "WARN": 6, "ERROR": 8}
# The guide's limit for most texts.
LONGEST = 1023


def cef_line(event: Mapping[str, Any]) -> str:
    """Without a line break at its end."""
    head = [
        "CEF:0",
        VENDOR,
        PRODUCT,
        VERSION,
        event["eventType"],
        event["displayMessage"] or event["eventType"],
    ]
    parts = [head[0], *(_in_head(text) for text in head[1:]), str(SEVERITY.get(event["severity"], 5))]
    found = [(name, value) for name, value in _extension(event) if value]
    return "|".join([*parts, " ".join(f"{name}={_in_extension(str(value))}" for name, value in found)])


def _extension(event: Mapping[str, Any]) -> list[tuple[str, Any]]:
    actor, outcome = event["actor"], event["outcome"]
    user = subject_of(event, "User") or {}
    return [
        ("rt", milliseconds(event)),
        ("externalId", event["uuid"]),
        ("suser", known(actor["alternateId"]) or actor["displayName"]),
        ("suid", actor["id"]),
        ("duser", known(user.get("alternateId")) or user.get("displayName")),
        ("duid", user.get("id")),
        *_source(address(event)),
        ("outcome", outcome["result"]),
        ("reason", outcome["reason"]),
        ("requestClientApplication", user_agent(event)),
        *_labelled("cs1", "transactionId", event["transaction"]["id"]),
        *_labelled("cs2", "application", (subject_of(event, "AppInstance") or {}).get("displayName")),
        *_labelled("cs3", "group", (subject_of(event, "UserGroup") or {}).get("displayName")),
    ]


def _source(ip: str | None) -> list[tuple[str, Any]]:
    """`src` takes version 4 only."""
    if ip is None or ":" not in ip:
        return [("src", ip)]
    return _labelled("c6a2", "Source IPv6 Address", ip)


def _labelled(name: str, label: str, value: str | None) -> list[tuple[str, Any]]:
    return [(f"{name}Label", label), (name, value)] if value else []


def _in_head(text: str) -> str:
    """Headers hold no line break, and `|` and the backslash escaped."""
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")


def _in_extension(text: str) -> str:
    escaped = text[:LONGEST].replace("\0", "").replace("\\", "\\\\").replace("=", "\\=")
    return escaped.replace("\r\n", "\n").replace("\r", "\\r").replace("\n", "\\n")
