"""A wrong configuration is explained; no kind calls a private address or shows a secret."""

from __future__ import annotations

from typing import Any

import pytest

from downstream.connectors import InvalidConfig
from downstream.errors import AccessDenied
from downstream.streams.sinks import SINKS, open_sink
from tests.downstream.streams.sinks.conftest import SECRET, batch_of, opened


@pytest.mark.parametrize(
    ("kind", "config", "sentence"),
    [
        ("pigeon", {}, "pigeon"),
        ("syslog", {"host": "example.com:514"}, "host"),
        ("syslog", {"host": "example.com", "transport": "tcp"}, "tls"),
        ("syslog", {"host": "example.com", "port": 0}, "port"),
        ("splunk", {"url": "http://example.com", "token": "x"}, "https"),
        ("splunk", {"url": "https://example.com"}, "token is missing"),
        ("elastic", {"url": "https://example.com", "api_key": "x", "data_stream": "../_all"}, "data_stream"),
        ("webhook", {"url": "https://u:p@example.com", "secret": SECRET}, "without user"),
        ("hook", {"url": "https://example.com", "secret": "short"}, "whsec_"),
    ],
)
def test_a_wrong_configuration_is_explained(kind: str, config: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidConfig, match=sentence):
        open_sink(kind, config)


@pytest.mark.parametrize("kind", SINKS)
def test_no_private_address_is_called_unless_it_is_allowed(kind: str) -> None:
    config: dict[str, dict[str, Any]] = {
        "syslog": {"host": "127.0.0.1"},
        "splunk": {"url": "https://127.0.0.1", "token": "x"},
        "elastic": {"url": "https://127.0.0.1", "api_key": "x"},
        "webhook": {"url": "https://127.0.0.1", "secret": SECRET},
        "hook": {"url": "https://127.0.0.1", "secret": SECRET},
    }

    with pytest.raises(AccessDenied, match="no public address"):
        opened(kind, config[kind]).send(batch_of("ada"))


@pytest.mark.parametrize("kind", SINKS)
def test_no_secret_is_in_an_address(kind: str) -> None:
    config: dict[str, dict[str, Any]] = {
        "syslog": {"host": "example.com"},
        "splunk": {"url": "https://example.com?token=s3cret", "token": "s3cret"},
        "elastic": {"url": "https://example.com?s3cret", "api_key": "s3cret"},
        "webhook": {"url": "https://example.com?s3cret", "secret": SECRET},
        "hook": {"url": "https://example.com?s3cret", "secret": SECRET},
    }

    found = opened(kind, config[kind])

    assert "s3cret" not in found.address
