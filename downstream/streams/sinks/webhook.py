"""Webhooks for the log, signed after Standard Webhooks; and event hooks, whose messages are Okta's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from pydantic import Field, SecretStr

from downstream.connectors.base import Config
from downstream.connectors.webhook import WebhookConfig, WebhookJournal
from downstream.streams.sinks.base import Batch, Refused, Sink

TYPE = "connector.log.events"


class WebhookSink(Sink[WebhookConfig]):
    """A batch is one message: `data.events` are LogEvents in their order."""

    kind: ClassVar[str] = "webhook"
    label: ClassVar[str] = "Webhook"
    words: ClassVar[str] = "Any address of yours: signed batches of events after Standard Webhooks."
    config_class: ClassVar[type[Config]] = WebhookConfig
    most_events = 100

    def __init__(self, config: WebhookConfig, *, time_limit: float) -> None:
        super().__init__(config, time_limit=time_limit)
        self._journal = self._speaker(config, time_limit)

    def _speaker(self, config: WebhookConfig, time_limit: float) -> WebhookJournal:
        return WebhookJournal(config, time_limit=time_limit)

    @property
    def address(self) -> str:
        """See `Endpoint.address`."""
        return self._journal.address

    def send(self, batch: Batch) -> Sequence[Refused]:
        """See `Sink.send`."""
        self._journal.send(self.message(batch), id=str(batch.id))
        return ()

    def message(self, batch: Batch) -> dict[str, Any]:
        timestamp = batch.items[-1].event["published"]
        return {"type": TYPE, "timestamp": timestamp, "data": {"events": batch.events}}

    def check(self) -> None:
        """See `WebhookJournal.check`."""
        self._journal.check()

    def close(self) -> None:
        """See `Endpoint.close`."""
        self._journal.close()


class HookConfig(WebhookConfig):
    """Where events go, what they are signed with, and what else the receiver wants to see."""

    authorization: SecretStr | None = Field(
        None,
        description="What is sent as `Authorization`, for receivers that were made for Okta's event hooks.",
    )


class _OktaSpeaker(WebhookJournal):
    @property
    def headers(self) -> dict[str, str]:
        """See `WebhookJournal.headers`."""
        secret = self.config.authorization if isinstance(self.config, HookConfig) else None
        return {"Authorization": secret.get_secret_value()} if secret else {}


class HookSink(WebhookSink):
    """The body of Okta's event hooks (Okta documentation, "Event hooks"), signed as every webhook of ours."""

    kind: ClassVar[str] = "hook"
    label: ClassVar[str] = "Event hook"
    words: ClassVar[str] = "An address that subscribes to types of events, in the form of Okta's event hooks."
    config_class: ClassVar[type[Config]] = HookConfig

    def _speaker(self, config: WebhookConfig, time_limit: float) -> WebhookJournal:
        return _OktaSpeaker(config, time_limit=time_limit)

    def message(self, batch: Batch) -> dict[str, Any]:
        """See `WebhookSink.message`."""
        return {
            "eventType": "com.okta.event_hook",
            "eventTypeVersion": "1.0",
            "cloudEventsVersion": "0.1",
            "source": f"{settings.BASE_URL}/api/v1/eventHooks/{batch.stream}",
            "eventId": str(batch.id),
            "data": {"events": batch.events},
            "eventTime": batch.items[-1].event["published"],
            "contentType": "application/json",
        }
