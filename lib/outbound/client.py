"""Sending one request and reading its answer, within limits of time and size."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import httpcore2

from lib.outbound.addresses import Network
from lib.outbound.errors import BadAnswer, OutboundError, TimedOut, Unreachable
from lib.outbound.streams import Backend

AGENT = "Lockstep"
MOST_CONNECTIONS = 64
# Shorter than most servers wait before they close (seconds).
KEEP_ALIVE = 4.0


@dataclass(frozen=True)
class Answer:
    """`headers` by lower-case names; of several of one name the last. `body` is whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Client:
    """Connections are kept and used again; several threads may use one client at once.

    `time_limit` (seconds) holds for a call from looking the name up to the last byte of the answer. Redirects
    are answers like others, and proxies of the environment are not used. `ca_certificates` (PEM) are trusted
    in place of the system's.
    """

    def __init__(
        self,
        *,
        time_limit: float,
        most_bytes: int = 1024 * 1024,
        allowed: Sequence[Network] = (),
        ca_certificates: str = "",
    ) -> None:
        self._time_limit, self._most_bytes = time_limit, most_bytes
        self._pool = httpcore2.ConnectionPool(
            ssl_context=trusting(ca_certificates),
            max_connections=MOST_CONNECTIONS,
            keepalive_expiry=KEEP_ALIVE,
            network_backend=Backend(allowed),
        )

    def send(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """Raises OutboundError. `url` is http or https, with its host in ASCII."""
        until = monotonic() + self._time_limit
        host = urlsplit(url).hostname or url
        sent = {"User-Agent": AGENT, "Accept-Encoding": "identity", "Host": _host_of(url), **headers}
        # See `streams`: moments, but for the wait for a free connection, which is httpcore2's own.
        moments = {"connect": until, "read": until, "write": until, "pool": self._time_limit}
        with (
            _named(host, self._time_limit),
            self._pool.stream(
                method, url, headers=list(sent.items()), content=body, extensions={"timeout": moments}
            ) as response,
        ):
            return self._read(response, host)

    def close(self) -> None:
        self._pool.close()

    def _read(self, response: httpcore2.Response, host: str) -> Answer:
        parts, size = [], 0
        with _after(response.status), _named(host, self._time_limit):
            for part in response.iter_stream():
                parts.append(part)
                size += len(part)
                if size > self._most_bytes:
                    raise BadAnswer(f"{host} answers with more than {self._most_bytes:,} bytes.")
        headers = {name.decode("latin-1").lower(): _text(value) for name, value in response.headers}
        return Answer(response.status, headers, b"".join(parts))


@lru_cache(maxsize=64)
def trusting(ca_certificates: str) -> ssl.SSLContext:
    """Reading the system's certificates costs more than a call. Raises ValueError if it is no PEM."""
    try:
        return ssl.create_default_context(cadata=ca_certificates or None)
    except (ssl.SSLError, ValueError) as error:
        raise ValueError("these are no certificates in PEM") from error


def _host_of(url: str) -> str:
    """RFC 9110, 7.2: the authority without user and password."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _text(value: Any) -> str:
    text: str = value.decode("latin-1")
    return text


@contextmanager
def _after(status: int) -> Iterator[None]:
    """What breaks off from here on has said this status."""
    try:
        yield
    except OutboundError as error:
        error.status = status
        raise


@contextmanager
def _named(host: str, time_limit: float) -> Iterator[None]:
    """Raises nothing of httpcore2's."""
    try:
        yield
    except httpcore2.PoolTimeout as error:
        raise TimedOut(f"No connection to {host} was free within {time_limit:g} s.") from error
    except httpcore2.RemoteProtocolError as error:
        if "disconnected" in str(error):
            raise Unreachable(f"{host} closed the connection without an answer.") from error
        raise BadAnswer(f"{host} does not answer in HTTP as it should ({error}).") from error
    except httpcore2.NetworkError as error:
        raise Unreachable(f"{host} broke the connection off.") from error
