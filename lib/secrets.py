"""Encrypting what must not be read from the database: a JSON value becomes a token, and back."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Undecryptable(Exception):
    """None of ENCRYPTION_KEYS opens a stored secret: put the old key back at the end of the list."""


@cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(value: object) -> str:
    """JSON value -> Fernet token (AES-128-CBC with HMAC-SHA256), made with the first of ENCRYPTION_KEYS."""
    return _box(tuple(settings.ENCRYPTION_KEYS)).encrypt(json.dumps(value).encode()).decode()


def decrypt(token: str) -> Any:
    """Fernet token -> JSON value. Raises Undecryptable."""
    try:
        return json.loads(_box(tuple(settings.ENCRYPTION_KEYS)).decrypt(token.encode()))
    except InvalidToken as error:
        raise Undecryptable("A stored secret can't be read with any of ENCRYPTION_KEYS.") from error
