"""What a filter is once it is read: frozen values without any knowledge of schemas."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Operator = Literal["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]
Value = str | int | float | bool | None


class FilterError(ValueError):
    """The text is no filter or path. `position` counts from 0; the message counts from 1, for people."""

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.position = position


class UnknownOperator(FilterError):
    """`word` stands where an operator should."""

    def __init__(self, message: str, position: int, word: str) -> None:
        super().__init__(message, position)
        self.word = word


@dataclass(frozen=True)
class Path:
    """An attribute as written, in its parts: "urn:...:User:manager.value" is (urn, "manager", "value").

    `position` is where it stands in the text, counted from 0.
    """

    urn: str | None
    name: str
    sub: str | None = None
    position: int = field(default=0, compare=False)

    def __str__(self) -> str:
        prefix = f"{self.urn}:" if self.urn else ""
        suffix = f".{self.sub}" if self.sub else ""
        return f"{prefix}{self.name}{suffix}"


@dataclass(frozen=True)
class Compare:
    path: Path
    op: Operator
    value: Value


@dataclass(frozen=True)
class Present:
    path: Path


@dataclass(frozen=True)
class And:
    terms: tuple[Filter, ...]


@dataclass(frozen=True)
class Or:
    terms: tuple[Filter, ...]


@dataclass(frozen=True)
class Not:
    term: Filter


@dataclass(frozen=True)
class ValuePath:
    """`emails[type eq "work"]`: one and the same element fulfils the whole filter."""

    path: Path
    filter: Filter


Filter = Compare | Present | And | Or | Not | ValuePath


def depth(tree: Filter) -> int:
    """How many levels lie inside one another."""
    match tree:
        case And(terms) | Or(terms):
            return 1 + max(depth(term) for term in terms)
        case Not(term) | ValuePath(_, term):
            return 1 + depth(term)
        case _:
            return 0


@dataclass(frozen=True)
class PatchPath:
    """A PATCH path (RFC 7644 section 3.5.2). `path.sub` is always None: the sub-attribute stands in `sub`."""

    path: Path
    filter: Filter | None = None
    sub: str | None = None
