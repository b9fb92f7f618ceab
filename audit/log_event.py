"""An event in the shape of Okta's LogEvent (reference: the System Log API of Okta, 2026)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from audit.actor import Actor, Client
from audit.catalogue import EventType, Outcome, Severity
from lib.moments import utc_text

REASON_LENGTH = 255


class SubjectType(StrEnum):
    """Okta's `target.type`."""

    USER = "User"
    GROUP = "UserGroup"
    APP = "AppInstance"
    ENTITLEMENT = "Entitlement"
    TOKEN = "Token"  # noqa: S105  # a word of the vocabulary, no secret
    SCHEMA = "Schema"
    CHANNEL = "AlertChannel"
    UNKNOWN = "Unknown"


@dataclass(frozen=True)
class Change:
    """What an attribute was and what it is: Okta's `changeDetails`; only the attributes that changed."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class Subject:
    """To whom it happened: one entry of Okta's `target` list, copied in so that it outlives what it names."""

    type: SubjectType
    id: str
    display_name: str
    alternate_id: str = "unknown"
    change: Change | None = None

    def as_json(self) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "id": self.id,
            "type": self.type.value,
            "alternateId": self.alternate_id,
            "displayName": self.display_name,
            "detailEntry": None,
        }
        if self.change:
            entry["changeDetails"] = {"from": dict(self.change.before), "to": dict(self.change.after)}
        return entry


@dataclass(frozen=True)
class Entry:
    """What is to be recorded, before it is a row."""

    type: EventType
    actor: Actor
    subjects: tuple[Subject, ...] = ()
    outcome: Outcome = Outcome.SUCCESS
    severity: Severity = Severity.INFO
    reason: str | None = None
    version: int | None = None
    # Okta's debugContext.debugData: every value is a string.
    debug: Mapping[str, str] | None = None

    def subject(self, kind: SubjectType) -> Subject | None:
        return next((subject for subject in self.subjects if subject.type is kind), None)


def timestamp(moment: datetime) -> str:
    """UTC with exactly three decimals and a Z, as Okta's readers want it."""
    return utc_text(moment)


def render(entry: Entry, *, event_id: uuid.UUID, published: datetime) -> dict[str, Any]:
    """Every key is there, null when unknown; `version` is a string, `reason` null or 1 to 255 characters."""
    reason = (entry.reason or "")[:REASON_LENGTH] or None
    return {
        "uuid": str(event_id),
        "published": timestamp(published),
        "eventType": entry.type.value,
        "version": "0",
        "severity": entry.severity.value,
        "legacyEventType": None,
        "displayMessage": entry.type.label,
        "actor": _actor(entry.actor),
        "client": _client(entry.actor.client or Client()),
        "outcome": {"result": entry.outcome.value, "reason": reason},
        "target": [subject.as_json() for subject in entry.subjects] or None,
        "transaction": _transaction(entry.actor),
        "debugContext": {"debugData": dict(entry.debug or {})},
        "authenticationContext": dict(_NO_AUTHENTICATION),
        "securityContext": dict(_NO_SECURITY),
        "request": {"ipChain": _ip_chain(entry.actor.client)},
    }


def _actor(actor: Actor) -> dict[str, Any]:
    return {
        "id": actor.id,
        "type": actor.type.value,
        "alternateId": actor.alternate_id,
        "displayName": actor.display_name,
        "detailEntry": None,
    }


def _client(client: Client) -> dict[str, Any]:
    agent = client.user_agent
    return {
        "userAgent": {"rawUserAgent": agent, "os": "Unknown", "browser": "UNKNOWN"} if agent else None,
        "zone": "null",
        "device": "Unknown" if agent else None,
        "id": client.id,
        "ipAddress": client.ip_address,
        "geographicalContext": None,
    }


def _transaction(actor: Actor) -> dict[str, Any]:
    detail = {"requestApiTokenId": actor.token_id} if actor.token_id else {}
    return {"type": actor.transaction_type.value, "id": actor.transaction_id, "detail": detail}


def _ip_chain(client: Client | None) -> list[dict[str, Any]]:
    if client is None or client.ip_address is None:
        return []
    version = "V6" if ":" in client.ip_address else "V4"
    return [{"ip": client.ip_address, "geographicalContext": None, "version": version, "source": None}]


def canonical(value: object) -> str:
    """Of a LogEvent or a part of it. Sorted keys, no blanks: the bytes that are stored and served."""
    return _encode(value)


_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_NO_AUTHENTICATION: Mapping[str, Any] = {
    "authenticationProvider": None,
    "credentialProvider": None,
    "credentialType": None,
    "issuer": None,
    "interface": None,
    "authenticationStep": 0,
    "externalSessionId": None,
}
_NO_SECURITY: Mapping[str, Any] = {
    "asNumber": None,
    "asOrg": None,
    "isp": None,
    "domain": None,
    "isProxy": None,
}
