"""Failures with the same cause: what a message says without what is one account's own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

LONGEST = 300
# A shorter name is also a word of the sentence.
SHORTEST_NAME = 3

VALUE, NAME, EMAIL, ID, TIME, NUMBER = "[value]", "[name]", "[e-mail]", "[id]", "[time]", "[number]"

# What is quoted after one of these words is a thing of the target, the same for every account.
_THING = (
    r"(?:column|relation|constraint|table|index|schema|type|attribute|field|property|parameter|sequence)s?\s+"
)
_QUOTED = r"\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)|“[^”]*”|\u2018[^\u2019]*\u2019|«[^»]*»|`[^`]*`"
_FIRST = (
    (re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)*"), EMAIL),
    (re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE), ID),
    (re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?\b"), TIME),
)
_AFTERWARDS = (
    # PostgreSQL: Key (login)=(ada) already exists.
    (re.compile(r"=\([^)]*\)"), f"=({VALUE})"),
    # LDAP: uid=ada,ou=people
    (re.compile(r"\b(uid|cn|dn|mail)=[^,;\s]+", re.IGNORECASE), rf"\1={VALUE}"),
    (re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{12,}\b", re.IGNORECASE), ID),
    # A status of HTTP is no account's own.
    (re.compile(r"(?<!HTTP )(?<!status )(?<![\w.-])-?\d+(?:[.,:]\d+)*(?![\w])"), NUMBER),
    (re.compile(r"\s+"), " "),
)
_QUOTES = re.compile(f"({_THING})({_QUOTED})|{_QUOTED}", re.IGNORECASE)


def normalised(message: str, names: Iterable[str] = ()) -> str:
    """`message` with placeholders for e-mail addresses, ids, times, numbers, what is quoted, and `names`."""
    for pattern, placeholder in _FIRST:
        message = pattern.sub(placeholder, message)
    for name in sorted({name for name in names if len(name) >= SHORTEST_NAME}, key=len, reverse=True):
        message = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", NAME, message)
    message = _QUOTES.sub(lambda found: found[0] if found[1] else VALUE, message)
    for pattern, placeholder in _AFTERWARDS:
        message = pattern.sub(placeholder, message)
    return message.strip()[:LONGEST]


def digest(error_class: str, attribute: str, cause: str) -> str:
    """SHA-256: by it a target's groups are told apart."""
    return hashlib.sha256("\0".join((error_class, attribute, cause)).encode()).hexdigest()
