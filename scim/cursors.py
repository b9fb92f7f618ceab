"""Cursors: the place in a list behind the last resource that was shown (RFC 9865)."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.crypto import salted_hmac

from scim.errors import ScimError
from scim.sorting import Place

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SEAL = 12


def write_cursor(place: Place, listed: str) -> str:
    """URL-safe (RFC 9865, 2): base64url without padding. Sealed for the list that `listed` names."""
    key = place.key if isinstance(place.key, str | int | None) else str(place.key)
    text = json.dumps([(place.created_at - _EPOCH) // _MICROSECOND, place.id.hex, key]).encode()
    return base64.urlsafe_b64encode(_seal(text, listed) + text).rstrip(b"=").decode()


def read_cursor(cursor: str, listed: str) -> Place:
    """The key of the place is a text, a number, a boolean or None. Raises ScimError (invalidCursor)."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"==")
    except (ValueError, binascii.Error):
        raw = b""
    seal, text = raw[:_SEAL], raw[_SEAL:]
    if not hmac.compare_digest(seal, _seal(text, listed)):
        raise ScimError(
            400,
            "The cursor is none of this list's: send it with the filter, sortBy and sortOrder of the page "
            "that it came with, or begin again with an empty cursor.",
            "invalidCursor",
        )
    return _place(*json.loads(text))


def _place(microseconds: int, id: str, key: Any) -> Place:
    return Place(_EPOCH + timedelta(microseconds=microseconds), uuid.UUID(id), key)


def _seal(text: bytes, listed: str) -> bytes:
    return salted_hmac("scim cursor", listed.encode() + b"\0" + text, algorithm="sha256").digest()[:_SEAL]
