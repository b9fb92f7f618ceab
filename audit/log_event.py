"""An event in the shape of Okta's LogEvent (reference: the System Log API of Okta, 2026)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from audit.actor import Actor
from audit.catalogue import EventType, Outcome, Severity


class SubjectType(StrEnum):
    """Okta's `target.type`."""

    USER = "User"
    GROUP = "UserGroup"
    APP = "AppInstance"
    ENTITLEMENT = "Entitlement"
    TOKEN = "Token"  # noqa: S105  # a word of the vocabulary, no secret
    SCHEMA = "Schema"
    CHANNEL = "AlertChannel"
    TENANT = "Tenant"
    VIEW = "SavedView"
    SEGMENT = "LogSegment"
    REPORT = "Report"
    STREAM = "LogStream"
    HOOK = "EventHook"
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
    # Okta's debugContext.debugData, beside what the actor's request says: every value is a string.
    debug: Mapping[str, str] | None = None

    def subject(self, kind: SubjectType) -> Subject | None:
        return next((subject for subject in self.subjects if subject.type is kind), None)


def canonical(value: object) -> str:
    """Of a LogEvent or a part of it. Sorted keys, no blanks: the form that is stored, served and hashed."""
    return _encode(value)


_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
