"""Signing in with a password: guessing is made slow, whichever door is knocked at."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

TRIES = 10
# Seconds from the first failure until the name may be tried again.
WINDOW = 15 * 60


class PatientBackend(ModelBackend):
    """Counts in this process's memory, by name alone: behind a proxy everybody has the same address."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **more: Any,
    ) -> User | None:
        key = _key(username or "")
        if is_locked(username or ""):
            raise PermissionDenied
        user = super().authenticate(request, username=username, password=password, **more)
        if user is not None:
            cache.delete(key)
        elif User.objects.filter(username=username).exists():
            # Names that nobody has are not counted: they would push the others out of the memory.
            cache.add(key, 0, WINDOW)
            with suppress(ValueError):  # the window ended this moment
                cache.incr(key)
        return user


def is_locked(username: str) -> bool:
    """Whether the name was tried in vain too often."""
    return bool(cache.get(_key(username), 0) >= TRIES)


def _key(username: str) -> str:
    return f"sign-in-{hashlib.sha256(username.encode()).hexdigest()}"
