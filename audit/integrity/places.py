"""The places of a tenant's chain, in order: events, and what stays of those that retention took away."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.columns import columns_of
from audit.log_event import canonical
from audit.models import Event, Tombstone
from audit.models.words import as_read
from audit.personal import digest_of, facts, personal_paths

WINDOW = 1000
# What follows from the body: `columns_of`.
_DERIVED = frozenset(
    {"uuid", "published", "event_type", "severity", "result", "actor_id", "transaction_id"}
    | {"user_id", "group_id", "target_id", "words"}
)
COMPARED = tuple(field.attname for field in Event._meta.concrete_fields if field.attname in _DERIVED)
# What a body that was made up may come to.
UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, RecursionError)
_OWN = ("seq", "uuid", "digest", "hash", "id", "version", "sealed_at", "body", "blocks")


@dataclass(frozen=True, slots=True)
class Place:
    """`content` is None where the event was taken away by retention."""

    seq: int
    event: str | None
    digest: bytes
    hash: bytes
    content: Content | None


@dataclass(frozen=True, slots=True)
class Content:
    """What a row says besides its place in the chain; `columns` follow from the body."""

    id: int
    version: int | None
    sealed_at: datetime
    body: str
    blocks: str
    columns: tuple[Any, ...]


def window(tenant_id: uuid.UUID, after: int, until: int) -> list[Place]:
    """What bears the same number stands together.

    Events are read first: what retention takes in between is then found twice, not never.
    """
    chosen = {"tenant_id": tenant_id, "seq__gt": after, "seq__lte": until}
    rows = Event.objects.filter(**chosen).order_by("seq", "id").values_list(*_OWN, *COMPARED)
    places = [_place(row) for row in rows.iterator(chunk_size=WINDOW)]
    there = {place.seq for place in places}
    stones = Tombstone.objects.filter(**chosen).values_list("seq", "digest", "hash")
    gone = [
        Place(seq, None, bytes(digest), bytes(hash), None) for seq, digest, hash in stones if seq not in there
    ]
    return sorted(places + gone, key=lambda place: place.seq) if gone else places


def _place(row: tuple[Any, ...]) -> Place:
    seq, event, digest, hash, id, version, sealed_at, body, blocks, *columns = row
    content = Content(id, version, sealed_at, body, blocks, tuple(columns))
    return Place(seq, str(event), bytes(digest), bytes(hash), content)


def read(content: Content) -> tuple[dict[str, Any], bytes] | None:
    """The LogEvent and the digest that the row should have; None if body and blocks are no event."""
    try:
        document, blocks = json.loads(content.body), json.loads(content.blocks)
        if canonical(document) != content.body or [b["path"] for b in blocks] != personal_paths(document):
            return None
        row = facts(content.id, content.version, content.sealed_at)
        return document, digest_of(document, blocks, row)
    except UNREADABLE:
        return None


def wrong_columns(content: Content, document: dict[str, Any]) -> list[str]:
    """The names of those that do not follow from the body."""
    try:
        expected = columns_of(document)
    except UNREADABLE:
        return ["everything"]
    expected["words"] = as_read(expected["words"])
    return [name for name, value in zip(COMPARED, content.columns, strict=True) if value != expected[name]]
