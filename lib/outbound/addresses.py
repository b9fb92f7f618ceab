"""Which addresses may be called: public ones, and private ones that are allowed by name of their network.

Names are looked up here and the connection goes to the very address that was looked at: a name that answers
differently a moment later ("DNS rebinding") leads nowhere else.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from collections.abc import Iterable, Sequence
from time import monotonic

from lib.outbound.errors import Forbidden, TimedOut, Unreachable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# IPv6 addresses that a gateway turns into IPv4 ones (RFC 6052, RFC 8215): the last 32 bits count.
_TRANSLATED = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))


def read_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """`10.0.0.0/8`, `fd00::/8` or single addresses. Raises ValueError with a sentence."""
    return tuple(_read_network(text) for text in texts)


def _read_network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        raise ValueError(f"{text!r} is no network: write it like 10.0.0.0/8 or 192.168.1.20") from None


def look_up(host: str, port: int, *, until: float, allowed: Sequence[Network]) -> list[str]:
    """The addresses of a host, all of which may be called. `until` is a moment of the monotonic clock.

    Raises Unreachable, TimedOut and Forbidden.
    """
    found = _found(host, port, until)
    for address in found:
        if not may_call(_parsed(address), allowed):
            where = host if host.strip("[]") == address else f"{host} is at {address}, which"
            raise Forbidden(f"{where} is no public address: allow its network if it is meant.")
    return found


def may_call(address: Address, allowed: Sequence[Network]) -> bool:
    """Every address that is hidden in this one must be public or allowed."""
    return all(_is_public(inner) or _is_in(inner, allowed) for inner in _meanings(address))


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _meanings(address: Address) -> list[Address]:
    """An IPv6 address may carry an IPv4 one, to which the packets go in the end."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    carried: list[Address] = [address]
    if address.sixtofour:
        carried.append(address.sixtofour)
    if address.teredo:
        carried += address.teredo
    if any(address in network for network in _TRANSLATED):
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    return carried


def _parsed(address: str) -> Address:
    return ipaddress.ip_address(address.partition("%")[0])


def _found(host: str, port: int, until: float) -> list[str]:
    try:
        return [str(ipaddress.ip_address(host.strip("[]")))]
    except ValueError:
        return _resolved(host, port, until)


def _resolved(host: str, port: int, until: float) -> list[str]:
    """The system's resolver knows no time limit: it is asked in a thread that may be left behind."""
    answer: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(_asked(host, port))
        except (OSError, UnicodeError) as error:
            answer.put(error if isinstance(error, OSError) else OSError(str(error)))

    threading.Thread(target=ask, name="look-up", daemon=True).start()
    try:
        found = answer.get(timeout=max(0.0, until - monotonic()))
    except queue.Empty:
        raise TimedOut(f"The name {host} could not be looked up in time.") from None
    if isinstance(found, OSError):
        raise Unreachable(f"The name {host} is not known: mend the address.") from found
    return found


def _asked(host: str, port: int) -> list[str]:
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in answers))
