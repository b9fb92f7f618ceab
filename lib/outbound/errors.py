"""Why there is no answer. Whoever calls gives each a remedy."""

from __future__ import annotations


class OutboundError(Exception):
    """`str(error)` is a sentence for a person, without path and query, which may be secret.

    `status` is what the server had said before its answer broke off; None if it had said nothing yet.
    """

    status: int | None = None


class Unreachable(OutboundError):
    """No such host, refused, reset, closed."""


class TimedOut(OutboundError):
    """The call as a whole took longer than it may."""


class Forbidden(OutboundError):
    """The address is one that may not be called."""


class Untrusted(OutboundError):
    """TLS: the server does not prove to be who it should be, or speaks no TLS that is safe."""


class BadAnswer(OutboundError):
    """What came is no HTTP, or more than is taken."""
