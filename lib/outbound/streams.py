"""Connections to checked addresses, on which every step ends by one moment.

What httpcore2 calls a time-out is a *moment* of the monotonic clock here: it hands it through untouched, and
a server that sends a byte now and then wins nothing.
"""

from __future__ import annotations

import select
import socket
import ssl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any

import httpcore2

from lib.outbound.addresses import Network, look_up
from lib.outbound.errors import TimedOut, Unreachable, Untrusted

# Of several addresses each gets its share of the time, but not less than this (seconds).
SHORTEST_TRY = 1.0
LARGEST_READ = 4096


class Stream(httpcore2.NetworkStream):
    """A socket, possibly with TLS."""

    def __init__(self, sock: socket.socket, host: str) -> None:
        self._sock = sock
        self._host = host

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _named(self._host):
            self._sock.settimeout(_left(timeout))
            return self._sock.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """A server may answer and close before it has read everything: httpcore2 then reads the answer."""
        rest = memoryview(buffer)
        try:
            while rest:
                self._sock.settimeout(_left(timeout))
                rest = rest[self._sock.send(rest) :]
        except TimeoutError as error:
            raise TimedOut(f"{self._host} took longer to read the request than a call may take.") from error
        except OSError as error:
            raise httpcore2.WriteError(str(error)) from error

    def finish(self, timeout: float | None = None) -> None:
        """Say that nothing more comes, and wait until the server has read all of it and closes, too."""
        with _named(self._host):
            self._sock.settimeout(_left(timeout))
            if isinstance(self._sock, ssl.SSLSocket):
                self._sock = _unwrapped(self._sock)
            self._sock.shutdown(socket.SHUT_WR)
            while self._sock.recv(LARGEST_READ):
                self._sock.settimeout(_left(timeout))

    def close(self) -> None:
        self._sock.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> Stream:
        """The name is checked against the certificate and sent (SNI), whatever address was called."""
        try:
            with _named(self._host):
                self._sock.settimeout(_left(timeout))
                return Stream(
                    ssl_context.wrap_socket(self._sock, server_hostname=server_hostname), self._host
                )
        except BaseException:
            self._sock.close()
            raise

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object" and isinstance(self._sock, ssl.SSLSocket):
            return self._sock
        if info == "is_readable":
            return _is_readable(self._sock)
        return None


class Backend(httpcore2.NetworkBackend):
    """Connects to addresses that may be called, and to no other."""

    def __init__(self, allowed: Sequence[Network]) -> None:
        self._allowed = allowed

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> Stream:
        until = monotonic() if timeout is None else timeout
        addresses = look_up(host, port, until=until, allowed=self._allowed)
        for number, address in enumerate(addresses, start=1):
            try:
                return Stream(_connected(address, port, _share(until, len(addresses) - number + 1)), host)
            except OSError as error:
                if number == len(addresses) or monotonic() >= until:
                    raise _failure(host, error) from error
        raise Unreachable(f"The name {host} has no address.")


def _unwrapped(sock: ssl.SSLSocket) -> socket.socket:
    """Without TLS: some servers close the connection without closing TLS before."""
    try:
        return sock.unwrap()
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
        return sock


def _connected(address: str, port: int, seconds: float) -> socket.socket:
    sock = socket.create_connection((address, port), timeout=seconds)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def _share(until: float, tries: int) -> float:
    left = until - monotonic()
    return max(min(left, max(left / tries, SHORTEST_TRY)), 0.001)


def _left(until: float | None) -> float:
    """Seconds until then. A socket takes 0 for "do not wait", and then says something else than time-out."""
    left = (until or 0.0) - monotonic()
    if left <= 0:
        raise TimeoutError("The time of this call is over.")
    return left


@contextmanager
def _named(host: str) -> Iterator[None]:
    """Raises TimedOut, Untrusted and Unreachable in place of what a socket raises."""
    try:
        yield
    except OSError as error:
        raise _failure(host, error) from error


def _failure(host: str, error: OSError) -> TimedOut | Untrusted | Unreachable:
    match error:
        case TimeoutError():
            return TimedOut(f"{host} did not answer in time.")
        case ssl.SSLCertVerificationError():
            return Untrusted(f"The certificate of {host} can't be trusted: {error.verify_message}.")
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            return Unreachable(f"{host} closed the connection.")
        case ssl.SSLError():
            return Untrusted(f"{host} does not speak TLS as it should ({error.reason or 'unknown reason'}).")
        case ConnectionRefusedError():
            return Unreachable(f"{host} refuses the connection: nothing listens there.")
        case ConnectionResetError() | BrokenPipeError():
            return Unreachable(f"{host} broke the connection off.")
    return Unreachable(f"{host} can't be reached ({error.strerror or type(error).__name__}).")


def _is_readable(sock: socket.socket) -> bool:
    """An idle connection on which something is to be read was most likely closed over there."""
    if sock.fileno() < 0:
        return True
    poll = select.poll()
    poll.register(sock.fileno(), select.POLLIN)
    return bool(poll.poll(0))
