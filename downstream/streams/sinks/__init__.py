"""Who can be told: one module for each kind of receiver, and one line here."""

from __future__ import annotations

from typing import Any

from downstream.connectors.configuration import InvalidConfig, parsed
from downstream.streams.sinks.base import AnySink, Batch, Item, Refused, Sink
from downstream.streams.sinks.elastic import ElasticSink
from downstream.streams.sinks.splunk import SplunkSink
from downstream.streams.sinks.syslog import SyslogSink
from downstream.streams.sinks.webhook import HookSink, WebhookSink

__all__ = ["SINKS", "AnySink", "Batch", "Item", "Refused", "Sink", "open_sink", "sink_class"]

SINKS: dict[str, type[AnySink]] = {
    sink.kind: sink for sink in (SyslogSink, SplunkSink, ElasticSink, WebhookSink, HookSink)
}
# Seconds: a batch is larger than a user.
TIME_LIMIT = 15.0


def sink_class(kind: str) -> type[AnySink]:
    """Raises InvalidConfig."""
    try:
        return SINKS[kind]
    except KeyError:
        raise InvalidConfig(f"There is no receiver of kind {kind!r}: use {' or '.join(SINKS)}.") from None


def open_sink(kind: str, settings: dict[str, Any], *, time_limit: float = TIME_LIMIT) -> AnySink:
    """Not connected yet. Raises InvalidConfig."""
    found = sink_class(kind)
    return found(parsed(found.config_class, settings), time_limit=time_limit)
