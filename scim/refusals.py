"""Noting a refused write in the log, outside the transaction that it was refused in."""

from __future__ import annotations

from django.http import HttpRequest

from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Entry
from audit.services import record
from scim.errors import ScimError
from tenants.requests import PATH_LENGTH

# RFC 7644, 3.2.
OPERATIONS = {"POST": "create", "PUT": "replace", "PATCH": "modify", "DELETE": "delete"}


def operation_of(request: HttpRequest) -> tuple[str, str]:
    """As debugData tells it of everything that comes of the request."""
    if request.path.endswith("/Bulk"):
        return ("scimOperation", "bulk")
    return ("scimOperation", OPERATIONS.get(request.method or "", "read"))


def note_refusal(request: HttpRequest, refused: ScimError) -> None:
    """So that support staff see why what Okta sent did not arrive. Reading what is not there is no event."""
    if request.method in OPERATIONS and not request.path.endswith("/.search"):
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
            "requestUri": path[:PATH_LENGTH],
            "httpStatus": str(refused.status),
            "scimOperation": OPERATIONS[method],
            **({"scimType": refused.scim_type} if refused.scim_type else {}),
        },
    )
    record(request.tenant.id, entry)  # type: ignore[attr-defined]  # set by the auth check
