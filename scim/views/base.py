"""What all SCIM views share: authentication around, one translation of errors within, strict JSON."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.generic import View
from django_scim import views as base
from django_scim.constants import SCIM_CONTENT_TYPE
from django_scim.settings import scim_settings

from lib.documents import Document, canonical_names, parse
from scim.compression import compress
from scim.errors import ScimError, translated
from scim.refusals import note_refusal
from scim.results import require_result

_FIELDS = (
    "schemas",
    "Operations",
    "failOnErrors",
    "filter",
    "startIndex",
    "count",
    "cursor",
    "sortBy",
    "sortOrder",
    "attributes",
    "excludedAttributes",
)
MESSAGE_FIELDS = {name.lower(): name for name in _FIELDS}


def scim_json(document: Document, status: int = 200) -> JsonResponse:
    return JsonResponse(document, status=status, content_type=SCIM_CONTENT_TYPE)


def scim_text(text: str, status: int = 200) -> HttpResponse:
    """A body that is JSON already."""
    return HttpResponse(text, status=status, content_type=SCIM_CONTENT_TYPE)


class ScimView(base.SCIMView):
    """Authentication around, one translation of errors within, strict JSON, SCIM's own 405."""

    # django-scim2's views leave HEAD out, which RFC 9110 (9.1) makes part of every GET.
    http_method_names: tuple[str, ...] = ("get", "head", "post", "put", "patch", "delete", "options")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Behind the auth check, which overriding this would lose if it were a decorator."""
        answered: HttpResponse = scim_settings.AUTH_CHECK_MIDDLEWARE(self.answer)(request, *args, **kwargs)
        return answered

    # What `csrf_exempt` does, without a wrapper around each request.
    dispatch.csrf_exempt = True  # type: ignore[attr-defined]  # Django reads it of the function

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Unlike django-scim2's, it lets a broken view break: the server's log gets the trace."""
        with translated() as answer:
            self.check_reach(request)
            answer.response = cast(HttpResponse, View.dispatch(self, request, *args, **kwargs))
            require_result(request)
        if answer.refused:
            note_refusal(request, answer.refused)
        compress(request, answer.response)
        return answer.response

    def check_reach(self, request: Any) -> None:
        """A credential of one user reaches that user and the discovery documents; it fails closed.

        Raises ScimError (403).
        """
        if request.bound_to is not None:
            sentence = (
                "The credential speaks for one user: use /Me, or create a credential for the whole tenant."
            )
            raise ScimError(403, sentence)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        allowed = ", ".join(self._allowed_methods())
        sentence = f"{request.method} is not possible here. Use {allowed}."
        raise ScimError(405, sentence, headers={"Allow": allowed})

    def load_body(self, body: bytes) -> Document:
        """Raises DocumentError if the body is no JSON object."""
        document = parse(body)
        if not isinstance(document, dict):
            raise ScimError(400, "The body must be a JSON object.", "invalidSyntax")
        return document


class NotFoundView(ScimView):
    """Every other address below the base answers in SCIM, and only to those who may ask."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise nothing_at(request)

    post = put = patch = delete = options = get


def nothing_at(request: HttpRequest) -> ScimError:
    remedy = "Resources are at /Users and /Groups."
    if "//" in request.path:
        remedy = "Leave out the slash at the end of the base URL."
    return ScimError(404, f"There is nothing at {request.path[:500]}. {remedy}")


def message_in(body: Document, urn: str) -> Document:
    """The fields of a message, whose names are compared without regard to case like every attribute's."""
    fields = canonical_names(body, lambda name: MESSAGE_FIELDS.get(name.lower()), "The body")
    schemas = fields.get("schemas", [urn])
    if not isinstance(schemas, list) or urn not in schemas:
        raise ScimError(400, f"schemas must be [{urn!r}] in this request.", "invalidSyntax")
    return fields
