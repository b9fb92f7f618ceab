"""Small answers that django-scim2 asks for through its settings."""

from __future__ import annotations

from django.http import HttpRequest

from directory.models import User


def get_user_model() -> type[User]:
    return User


def base_location(request: HttpRequest | None = None, *_: object, **__: object) -> str:
    """Scheme, host and port as the client sees them: locations work through any of a tenant's host names."""
    if request is None:
        raise ValueError("A location needs the request that asks for it.")
    return request.build_absolute_uri("/")
