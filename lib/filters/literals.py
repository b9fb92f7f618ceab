"""The values that filters compare with: JSON literals (RFC 7644 figure 1, compValue)."""

import json
import math
import re

from lib.filters.tokens import Token
from lib.filters.tree import FilterError, Operator, Value

_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_PARTS_OF_STRINGS = {"co", "sw", "ew"}
_ORDERING = {"gt", "ge", "lt", "le"}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LONGEST_NUMBER = 40
_LARGEST_INTEGER = 2**63 - 1


def read_literal(token: Token, operator: Operator) -> Value:
    """The Python value of a literal that suits the operator. Raises FilterError."""
    value = _read(token)
    if operator in _PARTS_OF_STRINGS and not isinstance(value, str):
        raise FilterError(f"{operator} compares strings: put {token} in quotation marks.", token.position)
    if operator in _ORDERING and (value is None or isinstance(value, bool)):
        raise FilterError(
            f"{operator} has no meaning for {token} (RFC 7644, 3.4.2.2): use eq or ne.", token.position
        )
    return value


def _read(token: Token) -> Value:
    if token.kind == "string":
        return _string(token)
    if token.kind == "number":
        return _number(token)
    if token.kind == "word" and token.text.lower() in _WORDS:
        return _WORDS[token.text.lower()]
    raise FilterError(
        "Expected a string in quotation marks, a number, true, false or null "
        f"at character {token.position + 1}, found {token}.",
        token.position,
    )


def _string(token: Token) -> str:
    value: str = json.loads(token.text)
    if _UNSTORABLE.search(value):
        raise FilterError(
            f"The string at character {token.position + 1} holds a NUL character or half a surrogate pair: "
            "leave it out.",
            token.position,
        )
    return value


def _number(token: Token) -> int | float:
    if len(token.text) <= _LONGEST_NUMBER:
        number: int | float = json.loads(token.text)
        if math.isfinite(number) and (isinstance(number, float) or abs(number) <= _LARGEST_INTEGER):
            return number
    raise FilterError(
        f"The number at character {token.position + 1} is out of range: 64 bits are the most.", token.position
    )
