"""A SCIM document in words: one line for each attribute, for people who do not read JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lib.documents import Document
from lib.schema import ENTERPRISE_USER, ResourceSchema

CORE = "Profile"
# As the RFC and as Okta builds URNs of extensions.
EXTENSION = re.compile(
    r"^urn:(?:.*:extension:(?P<name>[^:]+):.*|okta:(?P<application>[^:]+):.*:custom)$", re.IGNORECASE
)
# Shown elsewhere on the page, or of no use to a person.
LEFT_OUT = {"schemas", "id", "meta"}

Path = tuple[str, ...]


@dataclass(frozen=True)
class Attribute:
    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """The attributes of the core schema, or of one extension."""

    title: str
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True)
class Difference:
    """One attribute before and after."""

    label: str
    before: str
    after: str


def sections(document: Document, schema: ResourceSchema) -> list[Section]:
    """The core schema first, then each extension under its name."""
    core = {name: value for name, value in document.items() if not name.startswith("urn:")}
    extensions = {name: value for name, value in document.items() if name not in core}
    parts = [(CORE, core), *((_title(name, schema), value) for name, value in extensions.items())]
    return [Section(title, tuple(_attributes(value))) for title, value in parts]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """From what an event's `changeDetails` hold, only what really differs, down to sub-attributes."""
    old, new = _gathered(before), _gathered(after)
    return [
        Difference(_label(path), ", ".join(old.get(path, ())), ", ".join(new.get(path, ())))
        for path in {**old, **new}
        if old.get(path) != new.get(path)
    ]


def _attributes(value: Any) -> Iterator[Attribute]:
    for path, texts in _gathered(value).items():
        if path and path[0] not in LEFT_OUT:
            yield Attribute(_label(path), tuple(texts))


def _gathered(value: Any) -> dict[Path, list[str]]:
    found: dict[Path, list[str]] = {}
    for path, text in _flat(value, ()):
        found.setdefault(path, []).append(text)
    return found


def _flat(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    match value:
        case None:
            return
        case {"value": str() | int() | float() as shown, **rest}:
            yield path, f"{shown}{_in_brackets(rest)}"
        case dict():
            for name, inner in value.items():
                yield from _flat(inner, (*path, name))
        case list():
            for inner in value:
                yield from _flat(inner, path)
        case bool():
            yield path, "Yes" if value else "No"
        case _:
            yield path, str(value)


def _in_brackets(rest: Mapping[object, object]) -> str:
    """`(work, primary)` beside a value; addresses of resources say nothing to a person."""
    words = [str(value) for name, value in rest.items() if isinstance(value, str) and name != "$ref"]
    words += [str(name) for name, value in rest.items() if value is True]
    return f" ({', '.join(words)})" if words else ""


def _label(path: Path) -> str:
    """`("name", "givenName")` -> `Name, given name`."""
    return ", ".join(_words(name) for name in path).capitalize()


def _words(name: str) -> str:
    """`preferredLanguage` -> `preferred language`; an extension keeps its name."""
    if extension := EXTENSION.match(name):
        return extension["name"] or extension["application"]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()


def _title(urn: str, schema: ResourceSchema) -> str:
    """The name that the tenant gave it, else what its URN says."""
    extension = schema.extension(urn)
    if extension and extension is not ENTERPRISE_USER:
        return extension.name
    return f"{_words(urn).capitalize()} extension" if EXTENSION.match(urn) else urn
