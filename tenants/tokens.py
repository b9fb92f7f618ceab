"""Making tokens and comparing them by digest."""

from __future__ import annotations

import hashlib
import secrets

PREFIX_LENGTH = 8


def new_token() -> str:
    """256 random bits in URL-safe base64, 43 characters."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def prefix(token: str) -> str:
    """What is shown of a token so that people can tell which one is meant."""
    return token[:PREFIX_LENGTH]
