"""Reading from a request who is calling from where: the same for every door."""

from __future__ import annotations

from django.http import HttpRequest

from audit.actor import Client

USER_AGENT_LENGTH = 300


def client_of(request: HttpRequest) -> Client:
    agent = request.headers.get("User-Agent", "")[:USER_AGENT_LENGTH]
    return Client(ip_address=request.META.get("REMOTE_ADDR") or None, user_agent=agent or None)


def host_of(request: HttpRequest) -> str:
    """The host name without the port, and without the dot that ends an absolute name."""
    host = request.get_host()
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    return name.rstrip(".")
