"""Elasticsearch's bulk API (Elastic documentation, "Bulk API"): each event under its uuid, so only once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr

from audit.formats.ocsf import ocsf_event
from downstream.connectors.base import Config
from downstream.connectors.http import no_answer, refusal
from downstream.errors import AccessDenied, BadData, Throttled, Transient
from downstream.streams.sinks.base import Batch, Item, Refused, Sink, WebConfig, client_of
from lib.outbound import Answer, OutboundError

# A line for each event, of those that were refused with its reason.
MOST_BYTES = 8 * 1024 * 1024
SHOWN = 200
DONE, THERE_ALREADY, SLOWER = range(200, 300), 409, 429


class ElasticConfig(WebConfig):
    """Where the cluster is, and what events become there."""

    api_key: SecretStr = Field(
        description="An API key (encoded) that may create documents in the data stream."
    )
    data_stream: Annotated[str, Field(max_length=200, pattern=r"^[a-z0-9][a-z0-9._-]*$")] = Field(
        "logs-okta.system-default",
        description="Or index. The default is what Elastic's Okta integration reads.",
    )
    format: Literal["okta", "ocsf"] = Field(
        "okta", description="The LogEvent as text for Elastic's Okta integration, or OCSF field by field."
    )


class ElasticSink(Sink[ElasticConfig]):
    kind: ClassVar[str] = "elastic"
    label: ClassVar[str] = "Elasticsearch"
    words: ClassVar[str] = "The bulk API, for the Okta integration or as OCSF."
    config_class: ClassVar[type[Config]] = ElasticConfig

    def __init__(self, config: ElasticConfig, *, time_limit: float) -> None:
        super().__init__(config, time_limit=time_limit)
        self._client = client_of(config, time_limit=time_limit, most_bytes=MOST_BYTES)

    @property
    def address(self) -> str:
        """See `Endpoint.address`."""
        return f"{self.config.url.partition('?')[0].rstrip('/')}/{quote(self.config.data_stream)}"

    def send(self, batch: Batch) -> Sequence[Refused]:
        """See `Sink.send`. One that is there already is success."""
        lines = [line for item in batch.items for line in self._lines(item)]
        answer = self._call("POST", "/_bulk", "\n".join([*lines, ""]))
        return self._verdicts(batch, _results(answer))

    def check(self) -> None:
        """An empty search tells whether the key is good; whether it may write shows with the first events."""
        self._call("GET", "/_search?size=0&ignore_unavailable=true", "")

    def close(self) -> None:
        """See `Endpoint.close`."""
        self._client.close()

    def _lines(self, item: Item) -> tuple[str, str]:
        """Data streams take no other operation than create."""
        action = {"create": {"_id": item.event["uuid"]}}
        document: dict[str, Any] = {"@timestamp": item.event["published"]}
        if self.config.format == "okta":
            document["event"] = {"original": item.body}
            document["message"] = item.body
        else:
            document |= ocsf_event(item.event)
        return json.dumps(action), json.dumps(document, ensure_ascii=False)

    def _verdicts(self, batch: Batch, results: Sequence[Mapping[str, Any]]) -> list[Refused]:
        statuses = [int(result.get("status", 0)) for result in results]
        if len(statuses) != len(batch.items):
            raise Transient(f"{self._host} does not answer as a bulk API does: mend the address.")
        if SLOWER in statuses:
            raise Throttled(f"{self._host} asks to slow down (429).")
        if any(status >= 500 for status in statuses):
            raise Transient(f"{self._host} failed for some events ({max(statuses)}).")
        told = zip(batch.items, results, statuses, strict=True)
        refused = [Refused(item, _reason(result)) for item, result, status in told if not _is_there(status)]
        if len(refused) == len(batch.items):
            raise BadData(f"{self._host} refuses: {refused[0].reason}")
        return refused

    def _call(self, method: str, path: str, body: str) -> Answer:
        headers = {
            "Authorization": f"ApiKey {self.config.api_key.get_secret_value()}",
            "Content-Type": "application/x-ndjson",
        }
        try:
            answer = self._client.send(method, f"{self.address}{path}", headers=headers, body=body.encode())
        except OutboundError as error:
            raise no_answer(error) from error
        if answer.status == 404:
            raise AccessDenied(
                f"{self._host} has no such data stream or index (404): mend the configuration."
            )
        if refused := refusal(answer, self._host, now=datetime.now(UTC)):
            raise refused
        return answer

    @property
    def _host(self) -> str:
        return urlsplit(self.config.url).hostname or self.config.url


def _results(answer: Answer) -> list[Mapping[str, Any]]:
    try:
        items = json.loads(answer.body)["items"]
        return [next(iter(item.values())) for item in items]
    except (ValueError, TypeError, KeyError, AttributeError, StopIteration):
        return []


def _is_there(status: int) -> bool:
    return status in DONE or status == THERE_ALREADY


def _reason(result: Mapping[str, Any]) -> str:
    error = result.get("error") or {}
    words = (
        f"{error.get('type', 'error')}: {error.get('reason', '')}" if isinstance(error, dict) else str(error)
    )
    return f"{words[:SHOWN]} ({result.get('status')})"
