"""How large and how odd a document may be, so that every database can keep and index it."""

import json
import math
import re
from typing import Any

from lib.documents.document import Document, DocumentError

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
# RFC 7643 sets no limit; PostgreSQL's index entries do, at about 2,700 bytes.
MAX_INDEXED_LENGTH = 512

_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_INDEXED = ("userName", "externalId", "displayName")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def check_value(value: object, *, depth: int = MAX_DEPTH) -> None:
    """Refuses what no database keeps: NUL characters, half surrogate pairs, NaN, more than `depth` levels.

    Takes a JSON value of any depth and works without recursion. Raises DocumentError.
    """
    waiting: list[tuple[object, int, str]] = [(value, 1, "The document")]
    while waiting:
        current, level, where = waiting.pop()
        if level > depth:
            raise DocumentError(f"{where} is nested deeper than {depth} levels: send a flatter document.")
        match current:
            case str():
                _check_text(current, where)
            case float() if not math.isfinite(current):
                raise DocumentError(f"{where} is no JSON number: send a number or null.")
            case dict():
                for key in current:
                    _check_text(key, f"A name in {where}")
                waiting.extend((inner, level + 1, key) for key, inner in current.items())
            case list():
                waiting.extend((inner, level + 1, where) for inner in current)


def check_size(document: Document) -> None:
    """Refuses a document of more than MAX_BYTES bytes of UTF-8. Raises DocumentError."""
    size = len(_compact(document).encode())
    if size > MAX_BYTES:
        raise DocumentError(
            f"The document has {size} bytes; at most {MAX_BYTES} are allowed: send less in it."
        )


def check_indexed(document: Document) -> None:
    """Refuses names, external ids and e-mail addresses too long for an index. Raises DocumentError."""
    for name in _INDEXED:
        check_length(document.get(name), name)
    emails = document.get("emails")
    for email in emails if isinstance(emails, list) else ():
        if isinstance(email, dict):
            check_length(email.get("value"), "emails.value")


def check_length(value: Any, name: str) -> None:
    """Refuses a text of more than MAX_INDEXED_LENGTH characters. Raises DocumentError."""
    if isinstance(value, str) and len(value) > MAX_INDEXED_LENGTH:
        raise DocumentError(
            f"{name} has {len(value)} characters; at most {MAX_INDEXED_LENGTH} are allowed: shorten it."
        )


def _check_text(text: str, where: str) -> None:
    if _UNSTORABLE.search(text):
        raise DocumentError(f"{where[:100]!a} holds a NUL character or half a surrogate pair: leave it out.")
