"""Syslog servers: RFC 5424 over TLS (RFC 5425), TCP (RFC 6587, octet counting) or UDP (RFC 5426)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from django.conf import settings
from pydantic import AfterValidator, Field, model_validator

from audit.formats.cef import cef_line
from audit.formats.rfc5424 import datagram, octet_counted, syslog_message
from downstream.connectors.base import Config
from downstream.connectors.http import no_answer
from downstream.connectors.webhook import Certificates, Networks
from downstream.streams.sinks.base import Batch, Item, Refused, Sink
from lib.moments import utc_text
from lib.outbound import OutboundError, read_networks, send_bytes, send_datagrams

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]+")
TEST: dict[str, Any] = {"eventType": "connector.test", "severity": "INFO", "displayMessage": "Test"}


def _is_host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise ValueError("write a host name or an address, without port")
    return text


class SyslogConfig(Config):
    """Which server, and how it is spoken to."""

    host: Annotated[str, Field(max_length=253), AfterValidator(_is_host)] = Field(
        description="Name or address of the server."
    )
    port: int = Field(6514, ge=1, le=65535, description="6514 for TLS, mostly 601 for TCP and 514 for UDP.")
    transport: Literal["tls", "tcp", "udp"] = Field(
        "tls", description="By UDP events get lost unseen, and TCP is not encrypted."
    )
    format: Literal["json", "cef"] = Field(
        "json", description="What a message holds: Okta's LogEvent, or CEF."
    )
    allowed_networks: Networks = Field(
        (), description="Private networks that the server may be in, such as 10.0.0.0/8."
    )
    ca_certificates: Certificates = Field(
        "", description="Certificates (PEM) to trust in place of the system's."
    )

    @model_validator(mode="after")
    def _is_private_on_the_way(self) -> SyslogConfig:
        if self.transport != "tls" and not self.allowed_networks:
            raise ValueError('"transport" must be tls; tcp and udp are for "allowed_networks" alone')
        return self


class SyslogSink(Sink[SyslogConfig]):
    kind: ClassVar[str] = "syslog"
    label: ClassVar[str] = "Syslog"
    words: ClassVar[str] = "Any syslog server or SIEM: RFC 5424 over TLS, TCP or UDP, as JSON or CEF."
    config_class: ClassVar[type[Config]] = SyslogConfig

    @property
    def address(self) -> str:
        """See `Endpoint.address`."""
        return f"{self.config.host}:{self.config.port} ({self.config.transport.upper()})"

    def send(self, batch: Batch) -> Sequence[Refused]:
        """See `Sink.send`. A syslog server refuses nothing."""
        self._send([self._message(item) for item in batch.items])
        return ()

    def check(self) -> None:
        """Sends a message of the type `connector.test`, about nobody."""
        event = {**TEST, "published": utc_text(datetime.now(UTC))}
        self._send([syslog_message(event, "This is a test of Lockstep.", host=_own_host(), seq=1)])

    def _message(self, item: Item) -> bytes:
        text = cef_line(item.event) if self.config.format == "cef" else item.body
        return syslog_message(item.event, text, host=_own_host(), seq=item.seq)

    def _send(self, messages: list[bytes]) -> None:
        config, allowed = self.config, read_networks(self.config.allowed_networks)
        limit = self.time_limit
        try:
            if config.transport == "udp":
                datagrams = map(datagram, messages)
                send_datagrams(config.host, config.port, datagrams, time_limit=limit, allowed=allowed)
                return
            send_bytes(
                config.host,
                config.port,
                b"".join(map(octet_counted, messages)),
                time_limit=limit,
                allowed=allowed,
                tls=config.transport == "tls",
                ca_certificates=config.ca_certificates,
            )
        except OutboundError as error:
            raise no_answer(error) from error


def _own_host() -> str:
    """By which name people know this Lockstep."""
    return urlsplit(settings.BASE_URL).hostname or "-"
