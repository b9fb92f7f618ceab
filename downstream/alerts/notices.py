"""The messages of a round: written in its transaction, so that none is lost and each is true."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from downstream.models import Alert, AlertChannel, AlertNotice
from lib.moments import utc_text

Told = dict[str, Any]
Tellings = dict[str, list[Told]]
# More at once are one trouble, and its alerts look alike.
MOST_OPEN = 100
# In the order in which people read them: a JSON column may keep another.
WORDS = {"opened": "New", "resolved": "Over", "reminded": "Still there after a day"}


@dataclass(frozen=True)
class Round:
    """What one look at a tenant came to."""

    opened: Sequence[Alert] = ()
    resolved: Sequence[Alert] = ()
    reminded: Sequence[Alert] = ()

    @property
    def told(self) -> Tellings:
        return {
            "opened": [as_told(alert) for alert in self.opened],
            "resolved": [as_told(alert) for alert in self.resolved],
            "reminded": [as_told(alert) for alert in self.reminded],
        }


def post(tenant_id: uuid.UUID, round_: Round) -> None:
    """One message for each channel that is switched on; none about nothing."""
    told = round_.told
    if not any(told.values()):
        return
    channels = AlertChannel.objects.filter(tenant_id=tenant_id, enabled=True)
    AlertNotice.objects.bulk_create([AlertNotice(channel=channel, told=told) for channel in channels])


def tell_what_is_open(channel: AlertChannel) -> None:
    """To a new channel."""
    alerts = list(Alert.objects.filter(tenant=channel.tenant_id).open().for_people()[:MOST_OPEN])
    if alerts:
        AlertNotice.objects.create(channel=channel, told=Round(opened=alerts).told)


def as_told(alert: Alert) -> Told:
    return {
        "id": str(alert.pk),
        "kind": str(alert.kind),
        "title": str(alert),
        "target": str(alert.target_id) if alert.target_id else None,
        "credential": str(alert.credential_id) if alert.credential_id else None,
        "stream": str(alert.stream_id) if alert.stream_id else None,
        "sentence": alert.sentence,
        "since": utc_text(alert.since),
        "resolved": utc_text(alert.resolved_at) if alert.resolved_at else None,
    }


def subject_line(tenant_name: str, told: Tellings) -> str:
    counts = [f"{len(told[name])} {words.lower()}" for name, words in WORDS.items() if told[name]]
    return f"[Lockstep] {tenant_name}: {', '.join(counts)}"


def text(told: Tellings) -> str:
    """For a mail."""
    parts = []
    for name, words in WORDS.items():
        if alerts := told[name]:
            lines = [f"- {alert['title']}\n  {alert['sentence']}" for alert in alerts]
            parts.append("\n".join([f"{words}:", *lines]))
    return "\n\n".join([*parts, f"All alerts: {settings.BASE_URL}/alerts"]) + "\n"
