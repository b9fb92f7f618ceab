"""`attributes` and `excludedAttributes` (RFC 7644, 3.9): which parts of a resource are answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lib.documents import Document
from scim.errors import ScimError

ALWAYS = frozenset({"id", "schemas"})


@dataclass(frozen=True)
class Projection:
    """Names in lower case. With `only`, nothing else is answered; `id` and `schemas` always are."""

    only: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()

    @classmethod
    def read(cls, asked: Mapping[str, object]) -> Projection:
        only, without = _names(asked, "attributes"), _names(asked, "excludedAttributes")
        if only and without:
            raise ScimError(400, "Send either attributes or excludedAttributes, not both.", "invalidValue")
        return cls(only, without)

    @property
    def takes_all(self) -> bool:
        return not self.only and not self.without

    def wants(self, name: str) -> bool:
        """Whether anything of the attribute is answered; lets a view leave out a costly query."""
        name = name.lower()
        if self.only:
            return any(asked.split(".")[0] == name or asked.startswith(f"{name}:") for asked in self.only)
        return name not in self.without

    def apply(self, document: Document) -> Document:
        if self.takes_all:
            return document
        return {
            name: kept for name, value in document.items() if (kept := self._kept(name, value)) is not None
        }

    def _kept(self, name: str, value: object) -> object | None:
        lower = name.lower()
        if lower in ALWAYS:
            return value
        if self.only:
            return self._asked_for(lower, value)
        return (
            None if lower in self.without else _parts(value, lambda sub: not _named(self.without, lower, sub))
        )

    def _asked_for(self, name: str, value: object) -> object | None:
        if name in self.only:
            return value
        kept = _parts(value, lambda sub: _named(self.only, name, sub))
        return kept if kept and kept is not value else None


def _named(names: frozenset[str], parent: str, sub: str) -> bool:
    """`name.givenName`, or `urn:...:User:department` for an extension."""
    return f"{parent}.{sub.lower()}" in names or f"{parent}:{sub.lower()}" in names


def _parts(value: object, wanted: Callable[[str], bool]) -> object:
    """The wanted sub-attributes of a complex value or of each of several."""
    if isinstance(value, dict):
        return {name: part for name, part in value.items() if wanted(name)}
    if isinstance(value, list) and all(isinstance(element, dict) for element in value):
        return [part for element in value if (part := _parts(element, wanted))]
    return value


def _names(asked: Mapping[str, object], parameter: str) -> frozenset[str]:
    """A text with commas in a query, a list of texts in the body of `/.search`."""
    value = asked.get(parameter) or ""
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ScimError(400, f"{parameter} must be names of attributes, with commas between.", "invalidValue")
    core = "urn:ietf:params:scim:schemas:core:2.0:"
    cleaned = (name.strip().lower() for name in names)
    return frozenset(name.split(":")[-1] if name.startswith(core) else name for name in cleaned if name)
