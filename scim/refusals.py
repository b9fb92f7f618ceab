"""Noting a refused write in the log, outside the transaction that it was refused in."""

from __future__ import annotations

from django.http import HttpRequest

from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Entry
from audit.services import record
from scim.errors import ScimError

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def note_refusal(request: HttpRequest, refused: ScimError) -> None:
    """So that support staff see why what Okta sent did not arrive. Reading what is not there is no event."""
    if request.method in WRITES and not request.path.endswith("/.search"):
        note_refused_write(request, refused, method=request.method, path=request.path)


def note_refused_write(request: HttpRequest, refused: ScimError, *, method: str, path: str) -> None:
    """Of a whole request, or of an operation within a bulk request."""
    entry = Entry(
        type=EventType.API_CALLED,
        actor=request.actor,  # type: ignore[attr-defined]  # set by the auth check
        outcome=Outcome.FAILURE,
        severity=Severity.WARN,
        reason=refused.detail,
        debug={
            "direction": "inbound",
            "httpMethod": method,
            "requestUri": path[:500],
            "httpStatus": str(refused.status),
        },
    )
    record(request.tenant.id, entry)  # type: ignore[attr-defined]  # set by the auth check
