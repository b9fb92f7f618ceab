"""Checks the values of known attributes against their types (RFC 7643 section 2.3)."""

import re
from collections.abc import Callable
from typing import Any

from lib.documents.document import DocumentError
from lib.documents.names import canonical_names
from lib.moments import microseconds
from lib.schema import Attribute
from lib.schema.model import BOOLEANS, by_name

# What every database can compare.
LARGEST = 2**63 - 1
_NEVER_EMPTY = frozenset({"boolean", "integer", "decimal", "dateTime", "binary"})
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]*={0,2}")


def clean_value(value: Any, attribute: Attribute, where: str) -> Any | None:
    """The value in canonical form, or None if it means unassigned. `where` names the attribute for people.

    Raises DocumentError.
    """
    if value is None or value == []:
        return None
    if attribute.multi_valued:
        return _clean_list(value, attribute, where)
    return _clean_single(value, attribute, where)


def clean_object(value: Any, attributes: tuple[Attribute, ...], where: str) -> dict[str, Any] | None:
    """An object with known attributes checked and unknown ones as sent; None if nothing is left of it."""
    if value is None or value == []:
        return None
    if not isinstance(value, dict):
        raise DocumentError(f"{where} must be an object, not {kind_of(value)}.")
    known = by_name(attributes)
    named = canonical_names(
        value, lambda name: known[name.lower()].name if name.lower() in known else None, where
    )
    cleaned = {
        name: clean_value(inner, known[name.lower()], f"{where}.{name}") if name.lower() in known else inner
        for name, inner in named.items()
    }
    kept = {name: inner for name, inner in cleaned.items() if inner is not None}
    for attribute in attributes if kept else ():
        if attribute.required and kept.get(attribute.name) in (None, ""):
            raise DocumentError(f"{where}.{attribute.name} is required: send it with a value.")
    return kept or None


def _clean_list(value: Any, attribute: Attribute, where: str) -> list[Any] | None:
    if not isinstance(value, list):
        raise DocumentError(f"{where} must be a list, not {kind_of(value)}: put it in square brackets.")
    cleaned = [_clean_single(one, attribute, where) for one in value if one is not None]
    kept = [one for one in cleaned if one is not None]
    if sum(isinstance(one, dict) and one.get("primary") is True for one in kept) > 1:
        raise DocumentError(f"{where} has more than one value with primary true: mark one.")
    return kept or None


def _clean_single(value: Any, attribute: Attribute, where: str) -> Any | None:
    if attribute.type == "complex":
        return clean_object(value, attribute.sub_attributes, where)
    # Okta sends an empty text for what a person does not have, whatever the attribute's type.
    if value == "" and attribute.type in _NEVER_EMPTY:
        return None
    if attribute.type == "boolean" and isinstance(value, str):
        value = BOOLEANS.get(value.lower(), value)
    wanted, fits = _TYPES[attribute.type]
    if not fits(value):
        raise DocumentError(f"{where} must be {wanted}, not {kind_of(value)}.")
    return _usual(value, attribute)


def _usual(value: Any, attribute: Attribute) -> Any:
    """The spelling of the schema, where the value is one of its usual ones and case does not count."""
    if attribute.case_exact or not attribute.canonical_values or not isinstance(value, str):
        return value
    return next((one for one in attribute.canonical_values if one.casefold() == value.casefold()), value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST


def _is_number(value: Any) -> bool:
    return _is_integer(value) or isinstance(value, float)


def _is_moment(value: Any) -> bool:
    return isinstance(value, str) and microseconds(value) is not None


def _is_base64(value: Any) -> bool:
    """Of either alphabet, with or without padding and line breaks, as certificates come."""
    return isinstance(value, str) and _BASE64.fullmatch("".join(value.split())) is not None


_TYPES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "string": ("a string", _is_text),
    "dateTime": ('a moment such as "2026-11-22T10:50:45Z"', _is_moment),
    "reference": ("a string", _is_text),
    "binary": ("a string in Base64", _is_base64),
    "boolean": ("true or false", _is_boolean),
    "integer": ("a whole number of at most 64 bits", _is_integer),
    "decimal": ("a number, if whole of at most 64 bits", _is_number),
}


def kind_of(value: Any) -> str:
    """What a value is, in words for people."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return "a string"
        case int() | float():
            return "a number"
        case list():
            return "a list"
        case dict():
            return "an object"
    return "null"
