"""One message to a syslog server: RFC 5424 over UDP (RFC 5426), TCP (RFC 6587) or TLS (RFC 5425)."""

from __future__ import annotations

import socket
from datetime import datetime
from urllib.parse import urlsplit

from lib.moments import utc_text
from lib.outbound.client import trusting

PORTS = {"syslog": 514, "syslog+tcp": 601, "syslog+tls": 6514}
# Facility 13, log audit; severity 5, notice.
_PRIORITY = 13 * 8 + 5


def message(text: str, *, program: str, kind: str, moment: datetime) -> bytes:
    """`moment` is in UTC; `kind` is the MSGID."""
    host = socket.gethostname() or "-"
    return f"<{_PRIORITY}>1 {utc_text(moment)} {host} {program} - {kind} - {text}".encode()


def send(address: str, data: bytes, *, time_limit: float) -> None:
    """`syslog://host:port` is UDP, which nobody confirms. `time_limit` (seconds) is each step's.

    Raises OSError.
    """
    parts = urlsplit(address)
    where = (parts.hostname or "", parts.port or PORTS[parts.scheme])
    if parts.scheme == "syslog":
        family, kind, protocol, _, target = socket.getaddrinfo(*where, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, protocol) as sock:
            sock.settimeout(time_limit)
            sock.sendto(data, target)
        return
    with socket.create_connection(where, timeout=time_limit) as sock:
        framed = str(len(data)).encode() + b" " + data
        if parts.scheme == "syslog+tcp":
            sock.sendall(framed)
            return
        with trusting("").wrap_socket(sock, server_hostname=parts.hostname) as secure:
            secure.sendall(framed)
