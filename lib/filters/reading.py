"""Finds what a path names in a JSON object, without a schema."""

from collections.abc import Mapping
from typing import Any

from lib.filters.tree import Path

_CORE = "urn:ietf:params:scim:schemas:core:"


def get(owner: Mapping[str, Any], name: str) -> Any:
    """The value under a name in any capitalisation, or None."""
    if name in owner:
        return owner[name]
    return next((value for key, value in owner.items() if key.lower() == name.lower()), None)


def value_at(owner: Mapping[str, Any], path: Path) -> Any:
    """The value of the path's attribute, its sub-attribute left aside, or None.

    A URN that names a whole extension gives the extension: its last part reads like an attribute's name.
    """
    if path.urn is None:
        return get(owner, path.name)
    extension = get(owner, path.urn)
    if isinstance(extension, Mapping):
        return get(extension, path.name)
    if path.urn.lower().startswith(_CORE):
        return get(owner, path.name)
    return get(owner, f"{path.urn}:{path.name}")


def elements(value: Any) -> list[Mapping[str, Any]]:
    """The value as a list of objects; a plain value counts as an object with just a `value`."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [one if isinstance(one, Mapping) else {"value": one} for one in values]
