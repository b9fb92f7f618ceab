"""Reading from a request who is calling from where: the same for every door."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

from audit.actor import Client

USER_AGENT_LENGTH = 300
PATH_LENGTH = 500
# Addresses that a request may claim to have come by: more are no chain of proxies.
MOST_HOPS = 20


def client_of(request: HttpRequest) -> Client:
    agent = request.META.get("HTTP_USER_AGENT", "")[:USER_AGENT_LENGTH] or None
    address = request.META.get("REMOTE_ADDR") or None
    if not address or not settings.TRUSTED_PROXIES:
        return Client(ip_address=address, user_agent=agent)
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    client, *proxies = _way(address, forwarded, tuple(settings.TRUSTED_PROXIES))
    return Client(ip_address=client, proxies=tuple(proxies), user_agent=agent)


def facts_of(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    """What debugData says of everything that is done in a request. A query string may hold what it likes."""
    return (("httpMethod", request.method or ""), ("requestUri", request.path[:PATH_LENGTH]))


def host_of(request: HttpRequest) -> str:
    """The host name without the port, and without the dot that ends an absolute name."""
    host = request.get_host()
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    return name.rstrip(".")


@lru_cache(maxsize=1024)
def _way(address: str, forwarded: str, trusted: tuple[str, ...]) -> list[str]:
    """The client, then the proxies that it came by. What stands before one of ours is believed, no more."""
    networks = [ipaddress.ip_network(network) for network in trusted]
    way = [address]
    for claimed in reversed(forwarded.split(",")[-MOST_HOPS:]):
        before = _address(claimed)
        if before is None or not _is_in(way[0], networks):
            break
        way.insert(0, before)
    return way


def _address(claimed: str) -> str | None:
    """Some proxies add a port, and brackets to an IPv6 address."""
    text = claimed.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


def _is_in(address: str, networks: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        # A Unix socket has no address.
        return False
    return any(found in network for network in networks)
