"""Small answers that django-scim2 asks for through its settings."""

from __future__ import annotations

from functools import cache

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

from directory.models import User
from tenants.models import Tenant


def get_user_model() -> type[User]:
    return User


def base_location(request: HttpRequest | None = None, *_: object, **__: object) -> str:
    """Scheme, host and port as the client sees them: locations work through any of a tenant's host names."""
    if request is None:
        raise ValueError("A location needs the request that asks for it.")
    return f"{request.scheme}://{request.get_host()}/"


def tenant_of(request: HttpRequest) -> Tenant:
    """Whose credential the request carries: the auth check has put it there."""
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    return tenant


def address(url_name: str, request: HttpRequest) -> str:
    """Where a list or a document of this door is for this client; a resource's id comes behind a slash."""
    base: str | None = getattr(request, "scim_base", None)
    if base is None:
        # Once for each request: a page of users asks for it with every one of them.
        base = request.scim_base = base_location(request).rstrip("/")  # type: ignore[attr-defined]  # kept there
    return base + _path(url_name)


def _path(url_name: str) -> str:
    return _reversed(url_name, get_script_prefix())


@cache
def _reversed(url_name: str, prefix: str) -> str:
    """`prefix` is what `reverse` looks at, too."""
    return reverse(url_name)
