"""Answers for what no view answers, in the words of the door that was knocked at."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from scim.errors import ScimError, error_response

# Another than those that have routes (RFC 7644, 3.13).
_SCIM_VERSION = re.compile(r"/scim/v(?!2/)([0-9]{1,9})(?:/|\Z)")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A host name that is not in ALLOWED_HOSTS, for the most part."""
    return _answer(request, 400, "The request is not understood. Is its host name in ALLOWED_HOSTS?")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if version := _SCIM_VERSION.match(request.path):
        sentence = f"Version {version[1]} of SCIM is not spoken here. The base URL ends in /scim/v2."
        return error_response(ScimError(400, sentence, "invalidVers"))
    return _answer(request, 404, "There is nothing at this address.")


def broken(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500, "Lockstep failed to answer. The cause is in the log of the web process.")


def _answer(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    if request.path.startswith("/scim/"):
        return error_response(ScimError(status, sentence))
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": sentence}, status=status)
    return render(request, "error.html", {"status": status, "sentence": sentence}, status=status)
