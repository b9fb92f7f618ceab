"""Who may use the management API: a credential with the scope that the view asks for."""

from __future__ import annotations

import re
from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from audit.actor import Actor
from tenants.actors import client_actor
from tenants.authentication import Refused, authenticate
from tenants.models import Credential, Tenant
from tenants.refusals import note_refused
from tenants.requests import host_of

# Okta's SDK for Python writes the scheme without a blank.
SSWS = re.compile(r"^SSWS\s*(\S+)$", re.IGNORECASE)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: SSWS <token>` or `Bearer <token>`; the credential is `request.auth`."""

    def authenticate(self, request: Request) -> tuple[None, Credential]:
        try:
            return None, self.credential(request)
        except Refused as refused:
            raise AuthenticationFailed(str(refused)) from refused

    def credential(self, request: Request) -> Credential:
        """Raises Refused, and has it noted."""
        header = SSWS.sub(r"Bearer \1", request.headers.get("Authorization", "").strip())
        view: Any = request.parser_context["view"]
        try:
            return authenticate(header, scope=view.scope, host=host_of(request))
        except Refused as refused:
            note_refused(refused, request)
            raise

    def authenticate_header(self, request: Request) -> str:
        """With this header DRF answers 401, not 403."""
        return 'Bearer realm="Lockstep"'


class HasCredential(BasePermission):
    """Fails closed: no credential, no answer."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, Credential)


def credential_of(request: Request) -> Credential:
    """Of a request that HasCredential let in."""
    credential: Any = request.auth
    assert isinstance(credential, Credential)  # noqa: S101  # HasCredential has seen to it
    return credential


def tenant_of(request: Request) -> Tenant:
    return credential_of(request).tenant


def actor_of(request: Request) -> Actor:
    return client_actor(credential_of(request), request)
