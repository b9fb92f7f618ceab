"""Events as a person reads them: a sentence, and what is behind it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import NoReverseMatch, reverse

from audit.catalogue import Outcome
from audit.log_event import SubjectType
from audit.models import Event
from audit.unreadable import readable
from dashboard.attributes import Difference, differences
from dashboard.sentences import sentence

PAGES = {SubjectType.USER: "user", SubjectType.GROUP: "group", SubjectType.APP: "target"}
WORDS = {
    SubjectType.USER: "User",
    SubjectType.GROUP: "Group",
    SubjectType.APP: "Target",
    SubjectType.ENTITLEMENT: "Role or entitlement",
    SubjectType.TOKEN: "Credential",
    SubjectType.SCHEMA: "Extension",
    SubjectType.CHANNEL: "Alert channel",
    SubjectType.REPORT: "Export",
    SubjectType.STREAM: "Stream",
    SubjectType.HOOK: "Event hook",
    SubjectType.TENANT: "Tenant",
    SubjectType.VIEW: "View of the log",
    SubjectType.SEGMENT: "Log",
}


@dataclass(frozen=True)
class Party:
    """One of those to whom an event happened, as it was called then."""

    type: str
    id: str
    name: str
    changes: list[Difference]

    @property
    def word(self) -> str:
        return WORDS.get(SubjectType(self.type), "Other")

    @property
    def url(self) -> str:
        """Empty for what has no page, as members of staff."""
        page = PAGES.get(SubjectType(self.type))
        try:
            return reverse(page, args=[self.id]) if page else ""
        except NoReverseMatch:
            return ""


@dataclass(frozen=True)
class Line:
    """One event: the row, and its LogEvent read once."""

    event: Event

    @cached_property
    def document(self) -> dict[str, Any]:
        return readable(self.event)

    @property
    def outcome_label(self) -> str:
        return str(dict(Outcome.choices).get(self.event.result, self.event.result))

    @property
    def reason(self) -> str:
        return self.document["outcome"]["reason"] or ""

    @property
    def actor(self) -> str:
        return str(self.document["actor"]["displayName"])

    @property
    def actor_id(self) -> str:
        return str(self.document["actor"]["alternateId"])

    @property
    def client(self) -> dict[str, Any]:
        """`ipAddress`, and `userAgent` or None."""
        client: dict[str, Any] = self.document["client"]
        return client

    @cached_property
    def parties(self) -> list[Party]:
        return [_party(subject) for subject in self.document["target"] or []]

    @property
    def debug(self) -> dict[str, str]:
        data: dict[str, str] = self.document["debugContext"]["debugData"]
        return data

    @property
    def action(self) -> str:
        """What follows the actor's name."""
        kind, result = self.event.event_type, self.event.result
        return sentence(kind, result, self._names(), otherwise=self.document["displayMessage"])

    @property
    def pretty(self) -> str:
        return json.dumps(self.document, indent=2, ensure_ascii=False)

    def _names(self) -> dict[str, str]:
        by_type: dict[str, str] = {}
        for party in self.parties:
            by_type.setdefault(party.type, party.name)
        group = by_type.get(SubjectType.GROUP, "a group")
        user = by_type.get(SubjectType.USER, by_type.get(SubjectType.UNKNOWN, group))
        token = by_type.get(SubjectType.TOKEN, "a credential")
        app = by_type.get(SubjectType.APP, "a target")
        stream = by_type.get(SubjectType.STREAM, by_type.get(SubjectType.HOOK, "a stream"))
        is_stream = not by_type.keys().isdisjoint((SubjectType.STREAM, SubjectType.HOOK))
        return {
            "who": user,
            "group": group,
            "app": app,
            "stream": stream,
            "told": f"{stream} of events" if SubjectType.HOOK in by_type else f"{app} of a change of {user}",
            "token": f"{token} of {user}" if SubjectType.USER in by_type else token,
            "entitlement": by_type.get(SubjectType.ENTITLEMENT, "a role or entitlement"),
            "what": by_type.get(SubjectType.APP, stream if is_stream else token),
            "channel": by_type.get(SubjectType.CHANNEL, "a channel"),
            "view": by_type.get(SubjectType.VIEW, "a view"),
            "tenant": by_type.get(SubjectType.TENANT, "a tenant"),
            "schema": by_type.get(SubjectType.SCHEMA, "an extension"),
        }


def lines(events: Iterable[Event]) -> list[Line]:
    return [Line(event) for event in events]


def _party(subject: dict[str, Any]) -> Party:
    change = subject.get("changeDetails") or {}
    changes = differences(change.get("from") or {}, change.get("to") or {})
    return Party(subject["type"], subject["id"], subject["displayName"], changes)
