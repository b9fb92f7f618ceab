"""The connectors, one module each; a new kind is one line in the registry."""

from typing import Any

from downstream.connectors.base import AnyConnector, Config, Connector
from downstream.connectors.configuration import InvalidConfig, parsed
from downstream.connectors.memory import MemoryConnector
from downstream.connectors.sql import SqlConnector

__all__ = ["REGISTRY", "Config", "Connector", "InvalidConfig", "open_connector", "validate_config"]

REGISTRY: dict[str, type[AnyConnector]] = {
    MemoryConnector.kind: MemoryConnector,
    SqlConnector.kind: SqlConnector,
}


def open_connector(kind: str, settings: dict[str, Any], *, time_limit: float) -> AnyConnector:
    """A connector whose calls take at most `time_limit` seconds; not connected yet. Raises InvalidConfig."""
    connector_class = _registered(kind)
    return connector_class(parsed(connector_class.config_class, settings), time_limit=time_limit)


def validate_config(kind: str, raw: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split a valid `raw` configuration into what may be shown and what is secret.

    Merged they are `raw` again. Raises InvalidConfig.
    """
    config_class = _registered(kind).config_class
    parsed(config_class, raw)
    secret = {name: value for name, value in raw.items() if name in config_class.secret_fields()}
    return {name: value for name, value in raw.items() if name not in secret}, secret


def _registered(kind: str) -> type[AnyConnector]:
    try:
        return REGISTRY[kind]
    except KeyError:
        raise InvalidConfig(f"There is no connector of kind {kind!r}: use {' or '.join(REGISTRY)}.") from None
