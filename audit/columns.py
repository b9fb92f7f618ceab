"""What a LogEvent is found by: the columns that follow from its body.

Whatever the body says, there are columns: an event that couldn't be sealed would hold up all after it.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from audit.words import words_of


def columns_of(document: dict[str, Any]) -> dict[str, Any]:
    return {
        "uuid": uuid.UUID(document["uuid"]),
        "published": datetime.fromisoformat(document["published"]),
        "event_type": document["eventType"],
        "severity": document["severity"],
        "result": document["outcome"]["result"],
        "actor_id": _text(document["actor"]["id"], 255),
        "transaction_id": _text(document["transaction"]["id"], 64),
        "user_id": _id_of_first(document, "User"),
        "group_id": _id_of_first(document, "UserGroup"),
        "target_id": _id_of_first(document, "AppInstance"),
        "words": words_of(document),
    }


def _text(value: str, length: int) -> str:
    """A client may have sent NUL, which PostgreSQL keeps in no text."""
    return value.replace("\0", "")[:length]


def _id_of_first(document: dict[str, Any], kind: str) -> uuid.UUID | None:
    """Of those that the directory and the targets know: staff have other ids."""
    ids = (target["id"] for target in document["target"] or [] if target["type"] == kind)
    return next(filter(None, map(_uuid, ids)), None)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
