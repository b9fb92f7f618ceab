"""What an event's place in the chain commits to."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from audit.log_event import canonical

Blocks = list[dict[str, Any]]


def sealed(document: Mapping[str, Any]) -> tuple[Blocks, bytes]:
    """The salts of its personal parts, and the digest (32 bytes) of the event."""
    return [], sha256(canonical(document).encode()).digest()
