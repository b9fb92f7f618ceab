"""The ways in which a delivery fails, named by their remedy."""

from typing import ClassVar

from django.db.models import TextChoices


class ErrorClass(TextChoices):
    """What kind of failure an attempt ended in. The engine's policy is a table over these words."""

    TRANSIENT = "transient", "Not available"
    THROTTLED = "throttled", "Asked to slow down"
    ACCESS = "access", "Access denied"
    EXISTS = "exists", "Already exists"
    MISSING = "missing", "Missing"
    DATA = "data", "Refused the data"
    BUG = "bug", "Internal error"
    CRASH = "crash", "Stops workers"
    REJECTED = "rejected", "Rejected"


class DeliveryError(Exception):
    """A target did not do what it was asked; `str(error)` tells support staff why, without secrets.

    `attribute` is what the target calls the field that it refused, empty where nobody knows.
    """

    error_class: ClassVar[ErrorClass]

    def __init__(self, message: str = "", *, attribute: str = "") -> None:
        super().__init__(message)
        self.attribute = attribute


class Transient(DeliveryError):
    """The same call may succeed later: time-out, refused connection, deadlock, lock."""

    error_class = ErrorClass.TRANSIENT


class Throttled(DeliveryError):
    """The whole target asks for a pause of `retry_after` seconds; None when it does not say how long."""

    error_class = ErrorClass.THROTTLED

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class AccessDenied(DeliveryError):
    """Credentials, permissions or configuration are wrong, which concerns every account of the target."""

    error_class = ErrorClass.ACCESS


class Exists(DeliveryError):
    """Another account holds a value that must be unique."""

    error_class = ErrorClass.EXISTS


class Missing(DeliveryError):
    """Something that the call refers to is not there."""

    error_class = ErrorClass.MISSING


class BadData(DeliveryError):
    """The target refuses this account's data; a retry with the same data is in vain."""

    error_class = ErrorClass.DATA
