"""What goes wrong at the log's addresses, in the shape of Okta's errors and with Okta's codes."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import Any

from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from audit.search import InvalidSearch, Kind, Problem

log = logging.getLogger(__name__)
# What is told of a filter that is wrong.
SHOWN = 300
_OPERATORS = "eq,ne,co,sw,ew,gt,ge,lt,le,pr"


class OktaError(Exception):
    def __init__(self, status: int, code: str, summary: str, *causes: str) -> None:
        super().__init__(summary)
        self.status, self.code, self.summary, self.causes = status, code, summary, causes

    @property
    def body(self) -> dict[str, Any]:
        return {
            "errorCode": self.code,
            "errorSummary": self.summary,
            "errorLink": self.code,
            "errorId": f"oae{secrets.token_urlsafe(18)}",
            "errorCauses": [{"errorSummary": cause} for cause in self.causes],
        }


def no_token(remedy: str) -> OktaError:
    return OktaError(403, "E0000005", "Invalid session", remedy)


def bad_token(remedy: str) -> OktaError:
    return OktaError(401, "E0000011", "Invalid token provided", remedy)


def no_permission(remedy: str) -> OktaError:
    summary = "You do not have permission to perform the requested action"
    return OktaError(403, "E0000006", summary, remedy)


def no_such_event(name: str) -> OktaError:
    return OktaError(404, "E0000007", f"Not found: Resource not found: {name[:80]} (LogEvent)")


def no_such_address() -> OktaError:
    return OktaError(404, "E0000008", "The requested path was not found")


def wrong_method() -> OktaError:
    summary = "The endpoint does not support the provided HTTP method"
    return OktaError(405, "E0000022", summary, "The log is read with GET.")


def too_many_requests() -> OktaError:
    return OktaError(429, "E0000047", "API call exceeded rate limit due to too many requests.")


def broken() -> OktaError:
    return OktaError(500, "E0000009", "Internal Server Error")


def took_too_long() -> OktaError:
    cause = "The search took longer than 30 seconds: narrow it by time, or by eq on eventType or target.id."
    return OktaError(500, "E0000009", "Internal Server Error", cause)


def invalid(problem: Problem, text: str = "") -> OktaError:
    """`text` is the parameter as it was sent."""
    code, summary = _SUMMARIES[problem.kind]
    told = {
        "parameter": problem.parameter,
        "text": text if len(text) <= SHOWN else f"{text[:SHOWN]}...",
        "attribute": problem.attribute[:SHOWN],
        "operator": problem.operator,
        "message": _syntax(problem) if problem.kind is Kind.SYNTAX else problem.message,
    }
    return OktaError(400, code, summary.format_map(told), problem.message)


_SUMMARIES: Mapping[Kind, tuple[str, str]] = {
    Kind.SYNTAX: ("E0000053", "Invalid filter '{text}': {message}"),
    Kind.FIELD: ("E0000053", "field is not valid: {attribute}"),
    Kind.COMBINATION: (
        "E0000031",
        "The supplied combination of operator and field is not currently supported. "
        "Operator: {operator}, Field: {attribute}",
    ),
    Kind.LONG_KEYWORD: (
        "E0000001",
        "Api validation failed: '{parameter}': "
        "Freeform search cannot contain items longer than 40 characters.",
    ),
    Kind.MANY_KEYWORDS: (
        "E0000001",
        "Api validation failed: '{parameter}': Freeform search cannot contain more than 10 items.",
    ),
    Kind.DATE: (
        "E0000001",
        "Api validation failed: '{parameter}': The date format in your query is not recognized. "
        "Please enter dates using ISO8601 string format.",
    ),
    Kind.CURSOR: ("E0000001", "Api validation failed: '{parameter}': {message}"),
    Kind.NUMBER: ("E0000001", "Api validation failed: '{parameter}': {message}"),
    Kind.WORD: ("E0000001", "Api validation failed: '{parameter}': {message}"),
}


def _syntax(problem: Problem) -> str:
    if not problem.operator or problem.position is None:
        return problem.message
    return (
        f"Unrecognized attribute operator '{problem.operator[:SHOWN]}' at position {problem.position}. "
        f"Expected: {_OPERATORS}"
    )


def answer(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's hook, of these addresses: whatever happened, it is an answer that Okta's clients read."""
    told = _translated(error)
    if told.status == 500:
        log.error("The log's API broke.", exc_info=error)
    return Response(told.body, status=told.status)


def _translated(error: Exception) -> OktaError:
    match error:
        case OktaError():
            return error
        case InvalidSearch():
            return invalid(error.problems[0])
        case exceptions.MethodNotAllowed():
            return wrong_method()
        case Http404() | exceptions.NotFound():
            return no_such_address()
    return broken()
