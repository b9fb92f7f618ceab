"""Checks the values of known attributes against their types (RFC 7643 section 2.3)."""

from collections.abc import Callable
from typing import Any

from lib.documents.document import DocumentError
from lib.documents.names import canonical_names
from lib.schema import Attribute
from lib.schema.model import BOOLEANS, by_name


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
        raise DocumentError(f"{where} must be an object, not {_kind(value)}.")
    known = by_name(attributes)
    named = canonical_names(
        value, lambda name: known[name.lower()].name if name.lower() in known else None, where
    )
    cleaned = {
        name: clean_value(inner, known[name.lower()], f"{where}.{name}") if name.lower() in known else inner
        for name, inner in named.items()
    }
    return {name: inner for name, inner in cleaned.items() if inner is not None} or None


def _clean_list(value: Any, attribute: Attribute, where: str) -> list[Any] | None:
    if not isinstance(value, list):
        raise DocumentError(f"{where} must be a list, not {_kind(value)}: put it in square brackets.")
    cleaned = [_clean_single(one, attribute, where) for one in value if one is not None]
    kept = [one for one in cleaned if one is not None]
    if sum(isinstance(one, dict) and one.get("primary") is True for one in kept) > 1:
        raise DocumentError(f"{where} has more than one value with primary true: mark one.")
    return kept or None


def _clean_single(value: Any, attribute: Attribute, where: str) -> Any | None:
    if attribute.type == "complex":
        return clean_object(value, attribute.sub_attributes, where)
    if attribute.type == "boolean" and isinstance(value, str):
        value = BOOLEANS.get(value.lower(), value)
    wanted, fits = _TYPES[attribute.type]
    if not fits(value):
        raise DocumentError(f"{where} must be {wanted}, not {_kind(value)}.")
    return value


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "string": ("a string", _is_text),
    "dateTime": ("a string", _is_text),
    "reference": ("a string", _is_text),
    "binary": ("a string", _is_text),
    "boolean": ("true or false", _is_boolean),
    "integer": ("a whole number", _is_integer),
    "decimal": ("a number", _is_number),
}


def _kind(value: Any) -> str:
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
