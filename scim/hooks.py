"""Small answers that django-scim2 asks for through its settings."""

from __future__ import annotations

import uuid

from django.http import HttpRequest

from directory.errors import NotFound
from directory.models import User
from tenants.models import Tenant


def get_user_model() -> type[User]:
    return User


def base_location(request: HttpRequest | None = None, *_: object, **__: object) -> str:
    """Scheme, host and port as the client sees them: locations work through any of a tenant's host names."""
    if request is None:
        raise ValueError("A location needs the request that asks for it.")
    return request.build_absolute_uri("/")


def tenant_of(request: HttpRequest) -> Tenant:
    """Whose credential the request carries: the auth check has put it there."""
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    return tenant


def resource_id(text: str) -> uuid.UUID:
    """Raises NotFound: what is no UUID names nothing here."""
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise NotFound(f"There is no resource {text[:100]}.") from error
