"""CSV (RFC 4180) for people and their spreadsheets: a row for each event, no formula of anybody's."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from audit.formats.reading import address, subject_of, user_agent

COLUMNS = (
    "published",
    "eventType",
    "displayMessage",
    "severity",
    "result",
    "reason",
    "actorType",
    "actorId",
    "actorAlternateId",
    "actorDisplayName",
    "userId",
    "userAlternateId",
    "userDisplayName",
    "groupId",
    "groupDisplayName",
    "applicationId",
    "applicationDisplayName",
    "otherTargets",
    "changes",
    "ipAddress",
    "userAgent",
    "transactionType",
    "transactionId",
    "debugData",
    "uuid",
)
# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def head_row() -> str:
    return _written(COLUMNS)


def row(event: Mapping[str, Any]) -> str:
    """One line, or several where a cell holds line breaks."""
    values = _values(event)
    return _written([_harmless(values[name]) for name in COLUMNS])


def _values(event: Mapping[str, Any]) -> dict[str, str]:
    actor, user = event["actor"], subject_of(event, "User") or {}
    group, application = subject_of(event, "UserGroup") or {}, subject_of(event, "AppInstance") or {}
    found = {
        "published": event["published"],
        "eventType": event["eventType"],
        "displayMessage": event["displayMessage"],
        "severity": event["severity"],
        "result": event["outcome"]["result"],
        "reason": event["outcome"]["reason"],
        "actorType": actor["type"],
        "actorId": actor["id"],
        "actorAlternateId": actor["alternateId"],
        "actorDisplayName": actor["displayName"],
        "userId": user.get("id"),
        "userAlternateId": user.get("alternateId"),
        "userDisplayName": user.get("displayName"),
        "groupId": group.get("id"),
        "groupDisplayName": group.get("displayName"),
        "applicationId": application.get("id"),
        "applicationDisplayName": application.get("displayName"),
        "otherTargets": _others(event, [user, group, application]),
        "changes": _as_json(_changes(event)),
        "ipAddress": address(event),
        "userAgent": user_agent(event),
        "transactionType": event["transaction"]["type"],
        "transactionId": event["transaction"]["id"],
        "debugData": _as_json(event["debugContext"]["debugData"]),
        "uuid": event["uuid"],
    }
    return {name: value or "" for name, value in found.items()}


def _others(event: Mapping[str, Any], shown: list[Mapping[str, Any]]) -> str:
    """Whom it concerns besides: the second user of an event, a token."""
    others = [target for target in event["target"] or [] if not any(target is one for one in shown)]
    return "; ".join(f"{target['type']} {target['displayName']} ({target['id']})" for target in others)


def _changes(event: Mapping[str, Any]) -> list[dict[str, Any]]:
    changed = [target for target in event["target"] or [] if target.get("changeDetails")]
    return [{"id": target["id"], **target["changeDetails"]} for target in changed]


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _written(cells: Any) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
