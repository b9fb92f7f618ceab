"""Cursors: the place in a list behind the last resource that was shown (RFC 9865)."""

from __future__ import annotations

import base64
import binascii
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q

from scim.errors import ScimError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT, _ID = 8, 16


@dataclass(frozen=True)
class Cursor:
    """Lists go by creation, so that a page costs the same anywhere and misses nobody who stays."""

    created_at: datetime
    id: uuid.UUID

    @classmethod
    def behind(cls, resource: Any) -> Cursor:
        return cls(resource.created_at, resource.id)

    @classmethod
    def read(cls, text: str) -> Cursor:
        """Raises ScimError (invalidCursor)."""
        try:
            raw = base64.urlsafe_b64decode(text.encode("ascii") + b"==")
            microseconds = int.from_bytes(raw[:_MOMENT])
            if len(raw) != _MOMENT + _ID:
                raise ValueError("a cursor has another length")
            return cls(_EPOCH + timedelta(microseconds=microseconds), uuid.UUID(bytes=raw[_MOMENT:]))
        except (ValueError, OverflowError, binascii.Error) as error:
            sentence = "The cursor is none of this server's: begin again with an empty cursor."
            raise ScimError(400, sentence, "invalidCursor") from error

    def __str__(self) -> str:
        """URL-safe (RFC 9865, 2): base64url without padding."""
        microseconds = (self.created_at - _EPOCH) // timedelta(microseconds=1)
        raw = microseconds.to_bytes(_MOMENT) + self.id.bytes
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    @property
    def following(self) -> Q:
        later = Q(created_at__gt=self.created_at) | Q(created_at=self.created_at, id__gt=self.id)
        # Said twice: the first is what an index is read by.
        return Q(created_at__gte=self.created_at) & later
