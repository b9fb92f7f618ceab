"""A stream with a real receiver behind it, and short words for what tests do to them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from standardwebhooks import Webhook

from audit.catalogue import EventType
from audit.log_event import Entry, Subject, SubjectType
from audit.services import record
from downstream.models import LogStream
from downstream.streams.keeping import add_stream
from downstream.streams.running import run
from tenants.models import Tenant
from tests.factories import actor
from tests.log import log_events
from tests.receivers import LOOPBACK, Receiver


def note(tenant: Tenant, *names: str, kind: EventType = EventType.USER_CREATED) -> list[str]:
    """An event about each of these users; returns their names."""
    subjects = [Subject(SubjectType.USER, str(uuid.uuid4()), name, name) for name in names]
    record(tenant.id, *(Entry(type=kind, actor=actor(), subjects=(one,)) for one in subjects))
    log_events()
    return list(names)


@dataclass
class Told:
    """A webhook stream, and what its receiver got."""

    stream: LogStream
    receiver: Receiver

    def run(self) -> int:
        """With what was committed a moment ago."""
        log_events()
        return run(self.stream.id)

    def retry(self) -> int:
        """As if the time of the retry had come."""
        past = timezone.now() - timedelta(seconds=1)
        LogStream.objects.filter(id=self.stream.id).update(resume_at=past)
        return self.run()

    @property
    def now(self) -> LogStream:
        return LogStream.objects.get(id=self.stream.id)

    @property
    def messages(self) -> list[list[dict[str, Any]]]:
        """The events of each message, whose signatures hold."""
        secret = self.now.settings["secret"]
        found = [Webhook(secret).verify(one.body, one.headers) for one in self.receiver.received]
        return [message["data"]["events"] for message in found]

    @property
    def ids(self) -> list[str]:
        return [received.headers["webhook-id"] for received in self.receiver.received]

    @property
    def names(self) -> list[str]:
        """Whom the events are about, in their order: users by name, others by type."""
        return [name_of(event) for message in self.messages for event in message]

    def events(self, kind: EventType) -> list[dict[str, Any]]:
        found = log_events().filter(tenant=self.stream.tenant_id, event_type=kind).order_by("seq")
        return [event.document for event in found]


def name_of(event: dict[str, Any]) -> str:
    first = (event["target"] or [{"type": "", "displayName": ""}])[0]
    return str(first["displayName"] if first["type"] == "User" else event["eventType"])


def make_stream(tenant: Tenant, receiver: Receiver, *, kind: str = "webhook", **options: Any) -> Told:
    """Of users that are created, unless it is said otherwise."""
    config = options.pop("config", None) or {"url": receiver.url, "allowed_networks": LOOPBACK}
    options.setdefault("event_types", [EventType.USER_CREATED])
    name = options.pop("name", "SIEM")
    stream = add_stream(tenant, name=name, kind=kind, config=config, by=actor(), **options)
    return Told(stream, receiver)
