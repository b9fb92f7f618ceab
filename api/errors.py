"""The one translation of what the rooms below refuse into answers of the management API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from audit.exports import NotPossible
from audit.proofs import NoProof
from audit.search import InvalidSearch
from directory.errors import Conflict, Invalid, NotFound
from downstream.errors import DeliveryError
from downstream.refusals import Outdated, Refusal
from downstream.selections import InvalidSelection
from lib.schema.definitions import DefinitionError

STATUS: Mapping[type[Exception], int] = {
    Conflict: status.HTTP_409_CONFLICT,
    Invalid: status.HTTP_400_BAD_REQUEST,
    NotFound: status.HTTP_404_NOT_FOUND,
    NoProof: status.HTTP_409_CONFLICT,
    NotPossible: status.HTTP_409_CONFLICT,
    Refusal: status.HTTP_409_CONFLICT,
}


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook: None lets the server break over it."""
    if isinstance(error, DeliveryError):
        body = {"detail": str(error), "error_class": error.error_class}
        return Response(body, status=status.HTTP_502_BAD_GATEWAY)
    if isinstance(error, DefinitionError):
        return Response(_by_field(error), status=status.HTTP_400_BAD_REQUEST)
    if isinstance(error, Refusal) and error.field:
        # Under the name of the field, as DRF tells of those that it refuses itself.
        taken = status.HTTP_409_CONFLICT if isinstance(error, Outdated) else status.HTTP_400_BAD_REQUEST
        return Response({error.field: [str(error)]}, status=taken)
    if isinstance(error, InvalidSearch):
        found = {problem.parameter: [problem.message] for problem in error.problems}
        return Response(found, status=status.HTTP_400_BAD_REQUEST)
    if isinstance(error, InvalidSelection):
        return Response({error.field: [str(error)]}, status=status.HTTP_400_BAD_REQUEST)
    if type(error) in STATUS:
        return Response({"detail": str(error)}, status=STATUS[type(error)])
    return exception_handler(error, context)


def _by_field(error: DefinitionError) -> dict[str, list[str]]:
    """What is wrong with a definition under the name of the field, such as `attributes[0].type`."""
    found: dict[str, list[str]] = {}
    for problem in error.problems:
        found.setdefault(problem.field, []).append(problem.sentence)
    return found
