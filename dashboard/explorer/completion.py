"""What may come next while a filter is being written: fields, operators, values that occur."""

from __future__ import annotations

import json
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from audit.catalogue import EventType, Outcome, Severity
from audit.models import Event
from audit.search import ATTRIBUTES, OPERATORS, Attribute
from dashboard.explorer.sampling import ORDER

MOST = 12
# As many events are looked through for values.
LOOKED_AT = 300
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[()]|[^\s()"]+')
_JOINS = {"and": "both must hold", "or": "one is enough"}
_MEANINGS = {
    "eq": "is exactly",
    "ne": "is not",
    "co": "contains",
    "sw": "begins with",
    "ew": "ends with",
    "gt": "comes after",
    "ge": "comes after or is",
    "lt": "comes before",
    "le": "comes before or is",
    "pr": "is there",
}
# What people ask for most comes first.
_FIRST = (
    *("eventType", "outcome.result", "actor.displayName", "target.displayName", "severity", "outcome.reason"),
    *("target.id", "target.type", "actor.id", "actor.alternateId", "target.alternateId", "client.ipAddress"),
    *("transaction.id", "debugContext.debugData"),
)
_WORDS: dict[str, list[tuple[str, str]]] = {
    "eventType": EventType.choices,
    "outcome.result": Outcome.choices,
    "severity": Severity.choices,
}


@dataclass(frozen=True)
class Suggestion:
    """`text` takes the place of the characters from `start` to `end`; `note` says what it means."""

    text: str
    note: str
    start: int
    end: int


@dataclass(frozen=True)
class _Place:
    """Where the caret is: what is expected there, and the beginning of it that is written."""

    expects: str
    written: str
    start: int
    field: str = ""


def suggestions(tenant_id: uuid.UUID, text: str, caret: int) -> list[Suggestion]:
    place = _place(text[:caret])
    options = {
        "field": lambda: _fields(place.written),
        "operator": lambda: [(op, _MEANINGS[op]) for op in OPERATORS if op.startswith(place.written.lower())],
        "value": lambda: _values(tenant_id, place),
        "join": lambda: [pair for pair in _JOINS.items() if pair[0].startswith(place.written.lower())],
    }[place.expects]()
    # What is written in full needs no help.
    return [
        Suggestion(f"{word} ", note, place.start, caret)
        for word, note in options[:MOST]
        if word != place.written
    ]


def _place(before: str) -> _Place:
    expects, field, tokens = "field", "", list(_TOKEN.finditer(before))
    for number, found in enumerate(tokens):
        word = found[0]
        open_text = word.startswith('"') and (len(word) == 1 or not word.endswith('"'))
        if number == len(tokens) - 1 and found.end() == len(before) and word not in "()":
            return _Place(expects, word, found.start(), field)
        if open_text:
            break
        expects, field = _after(expects, word, field)
    return _Place(expects, "", len(before), field)


def _after(expects: str, word: str, field: str) -> tuple[str, str]:
    if word == "(" or (expects == "field" and word.lower() == "not"):
        return "field", ""
    if word == ")":
        return "join", ""
    match expects:
        case "field":
            return "operator", word
        case "operator":
            return ("join", "") if word.lower() == "pr" else ("value", field)
        case "value":
            return "join", ""
    return "field", ""


def _fields(written: str) -> list[tuple[str, str]]:
    wanted = written.casefold()
    names = [*_FIRST, *(name for name in ATTRIBUTES if name not in _FIRST)]
    found = [name for name in names if wanted in name.casefold()]
    found.sort(key=lambda name: not name.casefold().startswith(wanted))
    return [(name, "attribute") for name in found]


def _values(tenant_id: uuid.UUID, place: _Place) -> list[tuple[str, str]]:
    wanted = place.written.strip('"').casefold()
    known = dict(_WORDS.get(place.field, []))
    seen = _observed(tenant_id, place.field)
    options = [(value, f"{known.get(value, '')} {seen[value]:,} lately".strip()) for value in seen]
    options += [(value, label) for value, label in known.items() if value not in seen]
    options.sort(key=lambda option: not option[0].casefold().startswith(wanted))
    return [
        (json.dumps(value, ensure_ascii=False), note)
        for value, note in options
        if wanted in value.casefold() or wanted in note.casefold()
    ]


def _observed(tenant_id: uuid.UUID, field: str) -> dict[str, int]:
    """Of the newest events, the most frequent first."""
    attribute = ATTRIBUTES.get(field)
    if attribute is None or attribute.type == "object":
        return {}
    newest = Event.objects.filter(tenant_id=tenant_id).order_by(*ORDER).values_list("body", flat=True)
    counts = Counter(value for body in newest[:LOOKED_AT] for value in values_in(json.loads(body), attribute))
    return dict(counts.most_common())


def values_in(document: dict[str, Any], attribute: Attribute) -> Iterator[str]:
    """What stands under the attribute in a LogEvent, as text."""
    owners: list[Any] = [document]
    if attribute.list_name:
        owners = _at(document, attribute.list_name.split(".")) or []
    for owner in owners:
        match _at(owner, attribute.names):
            case str() | int() | float() as value:
                yield str(value)


def _at(owner: Any, names: tuple[str, ...] | list[str]) -> Any:
    for name in names:
        owner = owner.get(name) if isinstance(owner, dict) else None
    return owner
