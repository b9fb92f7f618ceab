"""The auth check of every SCIM view: it fails closed, in SCIM's own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django_scim.settings import scim_settings

from scim.errors import ScimError, error_response, translated
from scim.refusals import operation_of
from tenants.actors import client_actor
from tenants.authentication import Refused, authenticate
from tenants.models import Scope
from tenants.refusals import note_refused
from tenants.requests import host_of


class Authentication:
    """What django-scim2's AUTH_CHECK_MIDDLEWARE hook wraps around each dispatch.

    Sets `request.tenant`, `request.actor` and `request.bound_to`, the id of the one user that the credential
    speaks for, if it does not speak for the tenant. Without a credential it answers 401.
    """

    def __init__(self, get_response: Callable[..., HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translated() as answer:
            answer.response = self._answer(request, *args, **kwargs)
        return answer.response

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            header = request.headers.get("Authorization", "")
            credential = authenticate(header, scope=Scope.SCIM, host=host_of(request))
        except Refused as refused:
            note_refused(refused, request)
            return _unauthorized(str(refused))
        request.tenant = credential.tenant  # type: ignore[attr-defined]  # for the views
        request.actor = client_actor(credential, request, operation_of(request))  # type: ignore[attr-defined]
        request.bound_to = credential.user_id  # type: ignore[attr-defined]
        return self.get_response(request, *args, **kwargs)


def _unauthorized(sentence: str) -> HttpResponse:
    challenge = {"WWW-Authenticate": scim_settings.WWW_AUTHENTICATE_HEADER}
    return error_response(ScimError(401, sentence, headers=challenge))
