"""A BulkResponse: what became of each operation (RFC 7644, 3.7.3)."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse

from lib.documents import Document
from scim.bulk.executing import Outcome
from scim.bulk.reading import Kind, Method
from scim.errors import error_body
from scim.hooks import base_location

BULK_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"

_ROUTES = {Kind.USERS: "scim:users", Kind.GROUPS: "scim:groups"}


def bulk_response(outcomes: Iterable[Outcome], request: HttpRequest) -> Document:
    return {
        "schemas": [BULK_RESPONSE],
        "Operations": [_operation(outcome, request) for outcome in outcomes],
    }


def _operation(outcome: Outcome, request: HttpRequest) -> Document:
    """`status` is a string; a POST that failed has no location, everything else has one."""
    shown: Document = {"method": outcome.operation.method.value}
    if outcome.operation.bulk_id:
        shown["bulkId"] = outcome.operation.bulk_id
    if outcome.version:
        shown["version"] = outcome.version
    if not (outcome.refused and outcome.operation.method is Method.POST):
        shown["location"] = _location(outcome, request)
    if outcome.refused:
        shown["response"] = error_body(outcome.refused)
    return {**shown, "status": str(outcome.status)}


def _location(outcome: Outcome, request: HttpRequest) -> str:
    path = reverse(_ROUTES[outcome.operation.kind], kwargs={"uuid": outcome.target})
    return base_location(request).rstrip("/") + path
