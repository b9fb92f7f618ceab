"""What an administrator enters in Okta's Profile Editor so that an attribute arrives."""

from __future__ import annotations

from dataclasses import dataclass

from lib.schema import Attribute, Schema

# Okta's data types; whatever it has no type for it sends as a text.
_TYPES = {"string": "string", "boolean": "boolean", "integer": "integer", "decimal": "number"}
_LISTS = {"string": "string array", "integer": "integer array", "decimal": "number array"}


@dataclass(frozen=True)
class ProfileAttribute:
    """One attribute of the application's profile, in the words of the form in Okta."""

    data_type: str
    variable_name: str
    external_name: str
    external_namespace: str


def profile(schema: Schema) -> list[ProfileAttribute]:
    """One for each value that Okta can fill: a complex attribute has one for each of its parts."""
    return [
        ProfileAttribute(
            _data_type(part),
            external.replace(".", "_") if chosen is None else f"{attribute.name}_{part.name}",
            external if chosen is None else f"{attribute.name}.^[{chosen}].{part.name}",
            schema.urn,
        )
        for attribute in schema.attributes
        for part, external in _parts(attribute)
        if (chosen := _choice(attribute)) != ""
    ]


def unreachable(schema: Schema) -> list[str]:
    """Attributes that Okta can't fill, as nothing tells their elements apart."""
    return [attribute.name for attribute in schema.attributes if _choice(attribute) == ""]


def _parts(attribute: Attribute) -> list[tuple[Attribute, str]]:
    if attribute.type != "complex":
        return [(attribute, attribute.name)]
    return [(sub, f"{attribute.name}.{sub.name}") for sub in attribute.sub_attributes]


def _choice(attribute: Attribute) -> str | None:
    """How Okta says which element it means; None where there is one, empty where it has no words for it."""
    if attribute.type != "complex" or not attribute.multi_valued:
        return None
    if kind := attribute.sub("type"):
        return f"{kind.name}=='{(*kind.canonical_values, 'work')[0]}'"
    return "primary==true" if attribute.sub("primary") else ""


def _data_type(attribute: Attribute) -> str:
    if attribute.multi_valued:
        return _LISTS.get(attribute.type, "string array")
    return _TYPES.get(attribute.type, "string")
