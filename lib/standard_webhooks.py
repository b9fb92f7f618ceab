"""Standard Webhooks (www.standardwebhooks.com): ids, times and signatures that receivers can check."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"
# The specification asks for 24 to 64 bytes.
SHORTEST, LENGTH, LONGEST = 24, 32, 64


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(LENGTH)).decode()


def key_of(secret: str) -> bytes:
    """Raises ValueError with a sentence, which does not repeat the secret."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        raise ValueError(
            f"write {PREFIX} and {SHORTEST} to {LONGEST} bytes in base64, or leave it out: then one is made"
        )
    return key


def signed_headers(keys: Sequence[bytes], *, id: str, at: datetime, body: bytes) -> dict[str, str]:
    """One signature for each key: a receiver that knows any of them accepts it."""
    seconds = int(at.timestamp())
    return {
        "Content-Type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(_signature(key, id, seconds, body) for key in keys),
    }


def _signature(key: bytes, id: str, seconds: int, body: bytes) -> str:
    digest = hmac.digest(key, f"{id}.{seconds}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"
