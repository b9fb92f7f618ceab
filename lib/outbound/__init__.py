"""The one way out: HTTP and syslog to addresses that customers choose, bounded in time, size and reach."""

from lib.outbound.addresses import Network, read_networks
from lib.outbound.client import Answer, Client
from lib.outbound.errors import BadAnswer, Forbidden, OutboundError, TimedOut, Unreachable, Untrusted
from lib.outbound.messages import send_bytes, send_datagrams
from lib.outbound.pauses import pause_asked_for

__all__ = [
    "Answer",
    "BadAnswer",
    "Client",
    "Forbidden",
    "Network",
    "OutboundError",
    "TimedOut",
    "Unreachable",
    "Untrusted",
    "pause_asked_for",
    "read_networks",
    "send_bytes",
    "send_datagrams",
]
