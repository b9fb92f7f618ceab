"""The connectors, one module each; a new kind is one line in the registry."""

from typing import Any

from downstream.connectors.base import AnyConnector, AnyEndpoint, Config, Connector
from downstream.connectors.configuration import InvalidConfig, parsed
from downstream.connectors.journals import Journal
from downstream.connectors.memory import MemoryConnector
from downstream.connectors.sql import SqlConnector
from downstream.connectors.webhook import WebhookJournal

__all__ = [
    "REGISTRY",
    "Config",
    "Connector",
    "InvalidConfig",
    "Journal",
    "complete_config",
    "is_journal",
    "open_connector",
    "open_endpoint",
    "validate_config",
]

REGISTRY: dict[str, type[AnyEndpoint]] = {
    MemoryConnector.kind: MemoryConnector,
    SqlConnector.kind: SqlConnector,
    WebhookJournal.kind: WebhookJournal,
}


def is_journal(kind: str) -> bool:
    """Whether targets of this kind are told events instead of being brought to a state."""
    found = REGISTRY.get(kind)
    return found is not None and issubclass(found, Journal)


def open_endpoint(kind: str, settings: dict[str, Any], *, time_limit: float) -> AnyEndpoint:
    """Its calls take at most `time_limit` seconds; not connected yet. Raises InvalidConfig."""
    endpoint_class = _registered(kind)
    return endpoint_class(parsed(endpoint_class.config_class, settings), time_limit=time_limit)


def open_connector(kind: str, settings: dict[str, Any], *, time_limit: float) -> AnyConnector:
    """The same for a target with accounts. Raises InvalidConfig."""
    endpoint = open_endpoint(kind, settings, time_limit=time_limit)
    if not isinstance(endpoint, Connector):
        raise InvalidConfig(f"A {kind} target is told events: it has no accounts.")
    return endpoint


def validate_config(kind: str, raw: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split a valid `raw` configuration into what may be shown and what is secret.

    Merged they are `raw` again. Raises InvalidConfig.
    """
    config_class = _registered(kind).config_class
    parsed(config_class, raw)
    secret = {name: value for name, value in raw.items() if name in config_class.secret_fields()}
    return {name: value for name, value in raw.items() if name not in secret}, secret


def complete_config(kind: str, raw: dict[str, Any]) -> dict[str, Any]:
    """A new target's configuration with what is made for it. Raises InvalidConfig."""
    return _registered(kind).config_class.completed(raw)


def _registered(kind: str) -> type[AnyEndpoint]:
    try:
        return REGISTRY[kind]
    except KeyError:
        raise InvalidConfig(f"There is no connector of kind {kind!r}: use {' or '.join(REGISTRY)}.") from None
