"""Attributes of a schema in words."""

from __future__ import annotations

from django import template

from dashboard.extension_words import TYPES
from lib.schema import Attribute

register = template.Library()

_TYPES = dict(TYPES)
_MUTABILITY = {"immutable": "Set once", "readOnly": "Not by clients", "writeOnly": "Never shown"}
_RETURNED = {"always": "Always answered", "request": "Only when asked for", "never": "Never answered"}


@register.filter
def type_in_words(attribute: Attribute) -> str:
    kind = _TYPES[attribute.type]
    return f"{kind}, several" if attribute.multi_valued else kind


@register.filter
def rules(attribute: Attribute) -> list[str]:
    """What is unusual about it."""
    found = {
        "Required": attribute.required,
        "Unique": attribute.uniqueness != "none",
        "Capitalisation counts": attribute.case_exact and attribute.type == "string",
        _MUTABILITY.get(attribute.mutability, ""): attribute.mutability != "readWrite",
        _RETURNED.get(attribute.returned, ""): attribute.returned != "default"
        and attribute.mutability != "writeOnly",
    }
    return [word for word, holds in found.items() if holds]
