"""Splunk's HTTP Event Collector (Splunk documentation, "Format events for HTTP Event Collector")."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Any, ClassVar
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from pydantic import Field, SecretStr

from audit.formats.reading import milliseconds
from downstream.connectors.base import Config
from downstream.connectors.http import no_answer, refusal
from downstream.errors import AccessDenied, DeliveryError, Throttled, Transient
from downstream.streams.sinks.base import Batch, Item, Refused, Sink, WebConfig, client_of
from lib.outbound import Answer, OutboundError

MOST_BYTES = 64 * 1024
EVENT_PATH, ACK_PATH = (
    "/services/collector/event",
    "/services/collector/ack",
)
ACK_STEP = 0.5
# "Possible error codes": with status 400, what concerns every event; 9 is "server is busy".
CONFIGURED_WRONG = frozenset({7, 10, 11, 14})
BUSY = frozenset({9, 26, 27})


class SplunkConfig(WebConfig):
    """Where the collector is, and how it files events."""

    token: SecretStr = Field(description="The HEC token.")
    index: str = Field("", max_length=80, description="Empty: the token's default index.")
    source: str = Field("lockstep", max_length=200)
    # What Splunk's add-on for Okta reads.
    sourcetype: str = Field("OktaIM2:log", max_length=200)


class SplunkSink(Sink[SplunkConfig]):
    kind: ClassVar[str] = "splunk"
    label: ClassVar[str] = "Splunk (HEC)"
    words: ClassVar[str] = "The HTTP Event Collector, in the form that the add-on for Okta reads."
    config_class: ClassVar[type[Config]] = SplunkConfig

    def __init__(self, config: SplunkConfig, *, time_limit: float) -> None:
        super().__init__(config, time_limit=time_limit)
        self._client = client_of(config, time_limit=time_limit, most_bytes=MOST_BYTES)

    @property
    def address(self) -> str:
        """See `Endpoint.address`."""
        return self._url(EVENT_PATH)

    def send(self, batch: Batch) -> Sequence[Refused]:
        """See `Sink.send`. Where the token has indexer acknowledgement, it is waited for."""
        body = "\n".join(json.dumps(self._told(item), ensure_ascii=False) for item in batch.items)
        said = self._post(EVENT_PATH, body, batch.stream)
        if "ackId" in said:
            self._await(said["ackId"], batch.stream)
        return ()

    def check(self) -> None:
        """Sends an event of the type `connector.test`: the collector has no other way to try a token."""
        event = {**self._metadata(), "event": {"eventType": "connector.test", "uuid": str(uuid.uuid4())}}
        self._post(EVENT_PATH, json.dumps(event), uuid.uuid4())

    def close(self) -> None:
        """See `Endpoint.close`."""
        self._client.close()

    def _told(self, item: Item) -> dict[str, Any]:
        seconds = milliseconds(item.event) / 1000
        return {"time": seconds, **self._metadata(), "event": item.event, "fields": {"seq": item.seq}}

    def _metadata(self) -> dict[str, Any]:
        host = urlsplit(settings.BASE_URL).hostname
        told = {"host": host, "source": self.config.source, "sourcetype": self.config.sourcetype}
        return {**told, "index": self.config.index} if self.config.index else told

    def _await(self, ack: Any, channel: uuid.UUID) -> None:
        until = monotonic() + self.time_limit
        body = json.dumps({"acks": [ack]})
        while not self._post(ACK_PATH, body, channel).get("acks", {}).get(str(ack)):
            if monotonic() >= until:
                raise Transient(f"{self._host} has not confirmed that the events are indexed.")
            sleep(ACK_STEP)

    def _post(self, path: str, body: str, channel: uuid.UUID) -> Mapping[str, Any]:
        headers = {
            "Authorization": f"Splunk {self.config.token.get_secret_value()}",
            "Content-Type": "application/json",
            "X-Splunk-Request-Channel": str(channel),
        }
        try:
            answer = self._client.send("POST", self._url(path), headers=headers, body=body.encode())
        except OutboundError as error:
            raise no_answer(error) from error
        said = _said(answer)
        if refused := self._refusal(answer, said):
            raise refused
        return said

    def _refusal(self, answer: Answer, said: Mapping[str, Any]) -> DeliveryError | None:
        code = said.get("code")
        if answer.status == 404 or (answer.status == 400 and code in CONFIGURED_WRONG):
            words = said.get("text") or "nothing is at that address"
            return AccessDenied(f"{self._host} refuses ({answer.status}: {words}): mend the configuration.")
        if answer.status == 503 and code in BUSY:
            return Throttled(f"{self._host} is busy.")
        return refusal(answer, self._host, now=datetime.now(UTC))

    def _url(self, path: str) -> str:
        """The address may be that of the server, or the whole one of its collector."""
        parts = urlsplit(self.config.url)
        before = parts.path.partition("/services/collector")[0].rstrip("/")
        return urlunsplit((parts.scheme, parts.netloc, before + path, "", ""))

    @property
    def _host(self) -> str:
        return urlsplit(self.config.url).hostname or self.config.url


def _said(answer: Answer) -> Mapping[str, Any]:
    try:
        said = json.loads(answer.body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
