"""Bytes to a server that answers nothing: over TCP, TLS or UDP, to addresses that may be called."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from contextlib import closing
from time import monotonic

import httpcore2

from lib.outbound.addresses import Network, look_up
from lib.outbound.client import trusting
from lib.outbound.errors import TimedOut, Unreachable
from lib.outbound.streams import Backend


def send_bytes(
    host: str,
    port: int,
    data: bytes,
    *,
    time_limit: float,
    allowed: Sequence[Network] = (),
    tls: bool = True,
    ca_certificates: str = "",
) -> None:
    """Returns when the server has read everything.

    There is no answer that would say so. But when we close our half of the connection, the server reads that
    behind the last byte and closes its own; one that ends with something unread breaks the connection off.
    Raises OutboundError.
    """
    until = monotonic() + time_limit
    stream = Backend(allowed).connect_tcp(host, port, until)
    try:
        if tls:
            stream = stream.start_tls(trusting(ca_certificates), host, until)
        with closing(stream):
            stream.write(data, until)
            stream.finish(until)
    except httpcore2.WriteError as error:
        raise Unreachable(f"{host} broke the connection off.") from error


def send_datagrams(
    host: str, port: int, messages: Iterable[bytes], *, time_limit: float, allowed: Sequence[Network] = ()
) -> None:
    """Nobody knows whether they arrive. Raises OutboundError where it is known that they do not."""
    until = monotonic() + time_limit
    address = look_up(host, port, until=until, allowed=allowed)[0]
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.settimeout(time_limit)
        try:
            sock.connect((address, port))
            for message in messages:
                sock.send(message)
        except TimeoutError as error:
            raise TimedOut(f"{host} could not be sent to in time.") from error
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise Unreachable(f"{host} can't be reached ({reason}).") from error
