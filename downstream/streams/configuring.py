"""A stream's configuration: what may be shown of it, what is secret, and what differs in a new one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from downstream.connectors.configuration import InvalidConfig, parsed
from downstream.models import LogStream
from downstream.settings import MARK, without_query
from downstream.streams.sinks import SINKS, sink_class
from lib.secrets import Undecryptable


def checked(kind: str, raw: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What may be shown and what is secret of a valid configuration. Raises InvalidConfig."""
    config_class = sink_class(kind).config_class
    parsed(config_class, raw)
    secret = {name: value for name, value in raw.items() if name in config_class.secret_fields()}
    return {name: value for name, value in raw.items() if name not in secret}, secret


def completed(kind: str, raw: dict[str, Any]) -> dict[str, Any]:
    """With what is made for a new one, such as a signing secret. Raises InvalidConfig."""
    return sink_class(kind).config_class.completed(raw)


def secret_fields(kind: str) -> frozenset[str]:
    """Names of the fields that people fill in and nobody is shown."""
    if kind not in SINKS:
        return frozenset()
    config_class = SINKS[kind].config_class
    shown = config_class.model_json_schema()["properties"]
    return frozenset(name for name in config_class.secret_fields() if name in shown)


def merged(row: LogStream, config: dict[str, Any]) -> dict[str, Any]:
    """A new one with those secrets that it leaves out; null takes one away. Raises InvalidConfig."""
    kept = {name: value for name, value in _secrets(row, config).items() if name not in config}
    given = {
        name: value
        for name, value in config.items()
        if value is not None or name not in secret_fields(row.kind)
    }
    return kept | given


def differences(
    row: LogStream, public: dict[str, Any], secret: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Before and after, as the log tells it: of secrets that they differ, no more."""
    old_secrets = _secrets(row, secret)
    names = _differing(row.config, public)
    hidden = _differing(old_secrets, secret)
    before = _part(row.config, names) | _masked(old_secrets, hidden)
    return before, _part(public, names) | _masked(secret, hidden)


def as_told(public: dict[str, Any], secret: dict[str, Any]) -> dict[str, Any]:
    """A configuration as the log tells it."""
    return _part(public, sorted(public)) | _masked(secret, sorted(secret))


def _secrets(row: LogStream, brought: Mapping[str, Any]) -> dict[str, Any]:
    """Those that there are. None, if no key opens them any more and the new configuration brings its own."""
    try:
        return {name: value for name, value in row.settings.items() if name not in row.config}
    except Undecryptable as error:
        if secret_fields(row.kind) <= brought.keys():
            return {}
        raise InvalidConfig(f"{error} Or send the secrets anew with the configuration.") from error


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def _part(config: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    return {f"config.{name}": without_query(config[name]) for name in names if name in config}


def _masked(secrets: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    return {f"config.{name}": MARK for name in names if name in secrets}
