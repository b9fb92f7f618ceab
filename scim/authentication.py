"""The auth check of every SCIM view: it fails closed, in SCIM's own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django_scim.settings import scim_settings

from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Entry, Subject, SubjectType
from audit.services import record
from scim.errors import ScimError, error_response, translated
from tenants.actors import client_actor
from tenants.authentication import Refused, authenticate
from tenants.models import Scope
from tenants.requests import client_of, host_of

# A client that goes on knocking with a dead credential is logged once a minute.
REPORT_EVERY = 60


class Authentication:
    """What django-scim2's AUTH_CHECK_MIDDLEWARE hook wraps around each dispatch.

    Sets `request.credential`, `request.tenant` and `request.actor`; without a credential it answers 401.
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
            _report(refused, request)
            return _unauthorized(str(refused))
        request.tenant = credential.tenant  # type: ignore[attr-defined]  # read by ScimRequest's users
        request.actor = client_actor(credential, client_of(request))  # type: ignore[attr-defined]
        return self.get_response(request, *args, **kwargs)


def _unauthorized(sentence: str) -> HttpResponse:
    challenge = {"WWW-Authenticate": scim_settings.WWW_AUTHENTICATE_HEADER}
    return error_response(ScimError(401, sentence, headers=challenge))


def _report(refused: Refused, request: HttpRequest) -> None:
    """A dead credential tells whose log it belongs in; an unknown one does not."""
    credential = refused.credential
    if credential is None or not cache.add(f"refused:{credential.id}", value=True, timeout=REPORT_EVERY):
        return
    entry = Entry(
        type=EventType.REQUEST_BLOCKED,
        actor=client_actor(credential, client_of(request)),
        subjects=(Subject(SubjectType.TOKEN, str(credential.id), credential.label),),
        outcome=Outcome.DENY,
        severity=Severity.WARN,
        reason=str(refused),
    )
    record(credential.tenant_id, entry)
