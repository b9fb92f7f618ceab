"""The words of the log: what it is searched by, cut and written alike for both databases.

A word is a run of letters and digits, in small letters. What stands between two is punctuation, so that
`user.lifecycle.create` is three words, which a search for it wants one behind the other. In the index a
word is ASCII, which PostgreSQL and SQLite have no opinions on: x, and all that is not ASCII, are written
behind an x. No code begins as another, and so beginnings of words are found, too.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b32encode
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from typing import Any

_RUN = re.compile(r"[^\W_]+")
# Longer words are cut, when they are written and when they are looked for.
LONGEST = 64
# An event has no more; values that come first are more telling.
MOST = 2_000
MOST_OF_ONE = 200
# Stands between two values, so that nothing is found across them.
BREAK = "xy"
_EXACT = "xz"
# An event says more than is kept of it.
CUT = "xw"
# These say little, or are found by a column of their own.
PASSED_OVER = frozenset({"uuid", "published", "version", "zone", "legacyEventType", "requestId"})
_LAST = ("authenticationContext", "debugContext", "request", "securityContext", "device")
_FIRST = ("displayMessage", "eventType", "actor", "target", "outcome", "client", "severity")
# What can be looked up as it is, to the letter.
EXACT = (
    ("actor", "alternateId"),
    ("actor", "displayName"),
    ("client", "id"),
    ("client", "ipAddress"),
    ("authenticationContext", "externalSessionId"),
    ("transaction", "detail", "requestApiTokenId"),
)
EXACT_OF_TARGETS = ("id", "alternateId", "displayName")
EXACT_NAMES = frozenset(
    {*map(".".join, EXACT), *(f"target.{name}" for name in EXACT_OF_TARGETS), "request.ipChain.ip"}
)


class Words(str):
    """Of an event, in order, with a blank between two: the form in which they go to the database."""

    __slots__ = ()


def words_in(text: str) -> list[str]:
    """As they are written in the index."""
    return [*_words_in(text)] if len(text) <= 200 else _cut(text)


@lru_cache(maxsize=4096)
def _words_in(text: str) -> tuple[str, ...]:
    """The same names, addresses and messages come again and again."""
    return tuple(_cut(text))


def _cut(text: str) -> list[str]:
    if text.isascii():
        return [run[:LONGEST].replace("x", "xx") for run in _RUN.findall(text.lower())]
    plain = unicodedata.normalize("NFKC", text).casefold()
    return ["".join(map(_written, run[:LONGEST])) for run in _RUN.findall(plain)]


def _written(character: str) -> str:
    if character == "x":
        return "xx"
    return character if character.isascii() else f"x{ord(character):x}x"


@lru_cache(maxsize=4096)
def exactly(attribute: str, value: str) -> str:
    """The word that an event has whose attribute is that value, to the letter."""
    digest = sha256(f"{attribute} {value}".encode("utf-8", "surrogatepass")).digest()
    return _EXACT + b32encode(digest[:10]).decode().lower()


def words_of(document: Mapping[str, Any]) -> Words:
    """Of a LogEvent: each of its values once."""
    words: list[str] = []
    for value in dict.fromkeys(_values(document)):
        if len(words) > MOST:
            break
        words += words_in(value)
        words.append(BREAK)
    if len(words) > MOST:
        words = [*words[:MOST], CUT]
    if len(words) > MOST_OF_ONE:
        words = _thinned(words)
    return Words(" ".join([*words, *islice(dict.fromkeys(_exact(document)), MOST)]))


def _thinned(words: list[str]) -> list[str]:
    """PostgreSQL keeps no more than 255 places of one word."""
    counts = Counter(words)
    often = {word for word, count in counts.items() if count > MOST_OF_ONE and word != BREAK}
    if not often:
        return words
    seen: Counter[str] = Counter()
    for place, word in enumerate(words):
        seen[word] += 1
        if word in often and seen[word] > MOST_OF_ONE:
            words[place] = BREAK
    return [*words, CUT]


def _values(document: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for name in _FIRST:
        _gather(document.get(name), found)
    transaction = document.get("transaction") or {}
    _gather([transaction.get("type"), transaction.get("detail")], found)
    for name in _LAST:
        _gather(document.get(name), found)
    return found


def _gather(value: Any, found: list[str]) -> None:
    """By its very type, as JSON gives it: this is done for every event."""
    kind = type(value)
    if kind is str:
        found.append(value)
    elif kind is dict:
        for name, part in value.items():
            if part is not None and name not in PASSED_OVER:
                _gather(part, found)
    elif kind is list:
        for part in value:
            _gather(part, found)


def _exact(document: Mapping[str, Any]) -> Iterator[str]:
    for names in EXACT:
        value: Any = document
        for name in names:
            value = value.get(name) if type(value) is dict else None
        if type(value) is str:
            yield exactly(".".join(names), value)
    for target in document.get("target") or ():
        for name in EXACT_OF_TARGETS:
            if type(value := target.get(name)) is str:
                yield exactly(f"target.{name}", value)
    for link in (document.get("request") or {}).get("ipChain") or ():
        if type(value := link.get("ip")) is str:
            yield exactly("request.ipChain.ip", value)
