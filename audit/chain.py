"""The chain that links each event of a tenant to all before it."""

from __future__ import annotations

import uuid
from hashlib import sha256


def first_hash(tenant_id: uuid.UUID) -> bytes:
    """What stands before the first event of a tenant: 32 bytes."""
    return sha256(str(tenant_id).encode()).digest()


def link(previous: bytes, seq: int, digest: bytes) -> bytes:
    """The hash of an event: 32 bytes, made of the hash before, its number and its digest."""
    return sha256(b"\x01" + previous + seq.to_bytes(8, "big") + digest).digest()
