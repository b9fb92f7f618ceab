"""Cuts the text of a filter into tokens, exactly: what is no token is an error with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lib.filters.tree import FilterError

MAX_LENGTH = 8_000

_TOKEN = re.compile(
    r"""
      (?P<space>\ +)
    | (?P<string>"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*")
    | (?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    | (?P<word>\$?[A-Za-z][A-Za-z0-9$_:.-]*)
    | (?P<sub>\.\$?[A-Za-z][A-Za-z0-9_-]*)
    | (?P<mark>[()\[\]])
    """,
    re.VERBOSE,
)
_NEEDS_SPACE = {"string", "number", "word"}


@dataclass(frozen=True)
class Token:
    """`kind` is string, number, word, sub (".value" after a bracket), mark or end."""

    kind: str
    text: str
    position: int

    def __str__(self) -> str:
        return self.text if self.kind != "end" else "the end of the text"


def tokenize(text: str) -> tuple[Token, ...]:
    """The tokens of the text and an `end`. Raises FilterError."""
    if len(text) > MAX_LENGTH:
        raise FilterError(
            f"The text is {len(text)} characters long; at most {MAX_LENGTH} are allowed.", MAX_LENGTH
        )
    return (*_tokens(text), Token("end", "", len(text)))


def _tokens(text: str) -> Iterator[Token]:
    position, before = 0, "space"
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None or found.lastgroup is None:
            raise FilterError(_complaint(text, position), position)
        kind = found.lastgroup
        if kind == "sub" and before != "mark":
            raise FilterError(_complaint(text, position), position)
        if kind in _NEEDS_SPACE and before in _NEEDS_SPACE:
            raise FilterError(f"Expected a space before {found[0]} at character {position + 1}.", position)
        if kind != "space":
            yield Token(kind, found[0], position)
        position, before = found.end(), kind


def _complaint(text: str, position: int) -> str:
    if text[position] == '"':
        return (
            f"The string that starts at character {position + 1} is not a JSON string: "
            "close it with a quotation mark and escape as JSON does."
        )
    return f"Did not expect {text[position]!a} at character {position + 1}."
