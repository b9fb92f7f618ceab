"""The contract of receivers of events: a batch in, what it refuses or a `DeliveryError` out."""

from __future__ import annotations

import json
import uuid
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from pydantic import Field, model_validator

from downstream.connectors.base import C, Config, Endpoint
from downstream.connectors.webhook import Certificates, Networks, WebAddress, check_privacy
from lib.outbound import Client, read_networks


@dataclass(frozen=True)
class Item:
    """One event: its place in the log, and its LogEvent as the log keeps it."""

    seq: int
    body: str

    @cached_property
    def event(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.body)
        return document


@dataclass(frozen=True)
class Batch:
    """At least one event. The same events are the same batch, under the same id, however often they come."""

    stream: uuid.UUID
    items: tuple[Item, ...]

    @property
    def id(self) -> uuid.UUID:
        return uuid.uuid5(self.stream, f"{self.items[0].seq}-{self.items[-1].seq}-{len(self.items)}")

    @property
    def events(self) -> list[dict[str, Any]]:
        return [item.event for item in self.items]


@dataclass(frozen=True)
class Refused:
    """An event that the receiver does not want, though it took others."""

    item: Item
    reason: str


class Sink(Endpoint[C]):
    """Takes batches, one after the other. A batch may come again: receivers know events by their uuid."""

    # For whom it is, in a sentence.
    words: ClassVar[str]
    # In one batch, as far as they are not too large.
    most_events: ClassVar[int] = 500

    @abstractmethod
    def send(self, batch: Batch) -> Sequence[Refused]:
        """Success is that the receiver has them, but for those that it refuses one by one.

        Raises BadData if it refuses the batch as such: of one event that is the verdict about it.
        """


class WebConfig(Config):
    """What every receiver on the web has."""

    url: WebAddress = Field(description="Where events are sent by POST, without secrets.")
    allowed_networks: Networks = Field(
        (), description="Private networks that the address may lie in, such as 10.0.0.0/8."
    )
    ca_certificates: Certificates = Field(
        "", description="Certificates (PEM) to trust in place of the system's."
    )

    @model_validator(mode="after")
    def _is_private_on_the_way(self) -> WebConfig:
        check_privacy(self.url, self.allowed_networks)
        return self


def client_of(config: WebConfig, *, time_limit: float, most_bytes: int) -> Client:
    return Client(
        time_limit=time_limit,
        most_bytes=most_bytes,
        allowed=read_networks(config.allowed_networks),
        ca_certificates=config.ca_certificates,
    )


AnySink = Sink[Any]
