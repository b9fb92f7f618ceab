"""The words in which a SCIM schema is described (RFC 7643 sections 2 and 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

AttributeType = Literal[
    "string", "boolean", "integer", "decimal", "dateTime", "reference", "binary", "complex"
]
Mutability = Literal["readOnly", "readWrite", "immutable", "writeOnly"]
Returned = Literal["always", "never", "default", "request"]
Uniqueness = Literal["none", "server", "global"]

# Clients write booleans as texts too, such as Entra's "True"; to be looked up in lower case.
BOOLEANS: Mapping[str, bool] = {"true": True, "false": False}


@dataclass(frozen=True)
class Attribute:
    """One attribute with its characteristics; the defaults are those of RFC 7643 section 2.2."""

    name: str
    type: AttributeType = "string"
    multi_valued: bool = False
    required: bool = False
    case_exact: bool = False
    mutability: Mutability = "readWrite"
    returned: Returned = "default"
    uniqueness: Uniqueness = "none"
    sub_attributes: tuple[Attribute, ...] = ()
    canonical_values: tuple[str, ...] = ()
    description: str = ""
    reference_types: tuple[str, ...] = ()

    @property
    def is_hidden(self) -> bool:
        """Whether nobody may read it: not in answers, not in the log, not by filters."""
        return self.returned == "never" or self.mutability == "writeOnly"

    def sub(self, name: str) -> Attribute | None:
        """The sub-attribute of that name in any capitalisation."""
        return self._subs.get(name.lower())

    @cached_property
    def _subs(self) -> Mapping[str, Attribute]:
        """A list of plain values has their `value` (RFC 7643 section 2.4)."""
        if self.multi_valued and self.type != "complex":
            return {"value": replace(self, name="value", multi_valued=False)}
        return by_name(self.sub_attributes)


@dataclass(frozen=True)
class Schema:
    urn: str
    name: str
    description: str
    attributes: tuple[Attribute, ...]

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of that name in any capitalisation."""
        return self._names.get(name.lower())

    @property
    def is_required(self) -> bool:
        """As an extension: whether a resource must have it (RFC 7643 section 6)."""
        return any(attribute.required for attribute in self.attributes)

    @cached_property
    def _names(self) -> Mapping[str, Attribute]:
        return by_name(self.attributes)


@dataclass(frozen=True)
class ResourceSchema:
    """Everything that one kind of resource can hold: common attributes, core schema and extensions."""

    core: Schema
    extensions: tuple[Schema, ...] = ()

    @cached_property
    def attributes(self) -> tuple[Attribute, ...]:
        """What stands at the top: the common attributes (RFC 7643 section 3.1), then the core."""
        return (*COMMON, *self.core.attributes)

    def attribute(self, name: str, sub: str | None = None, *, urn: str | None = None) -> Attribute | None:
        """The attribute of that name, or its sub-attribute; without `urn` a common or core attribute.

        Names and URNs are case-insensitive. An extension's attribute needs its URN (RFC 7644 section 3.10).
        """
        found = self._names(urn).get(name.lower())
        return found.sub(sub) if found and sub is not None else found

    def extension(self, urn: str) -> Schema | None:
        """The extension of that URN in any capitalisation."""
        return self._extensions.get(urn.lower())

    @cached_property
    def is_plain(self) -> bool:
        """Whether all that a resource holds is answered unless the client asks for less."""
        return all(
            attribute.returned in {"default", "always"}
            for extension in self.extensions
            for attribute in extension.attributes
        )

    @cached_property
    def unique(self) -> tuple[tuple[Schema, Attribute], ...]:
        """Attributes of extensions that no two resources may have the same value of."""
        return self._those(lambda attribute: attribute.uniqueness == "server")

    @cached_property
    def hidden(self) -> tuple[tuple[Schema, Attribute], ...]:
        """Attributes of extensions that are kept, and that nobody may read."""
        return self._those(lambda attribute: attribute.is_hidden)

    def _those(self, wanted: Callable[[Attribute], bool]) -> tuple[tuple[Schema, Attribute], ...]:
        return tuple((found, one) for found in self.extensions for one in found.attributes if wanted(one))

    @cached_property
    def _extensions(self) -> Mapping[str, Schema]:
        return {found.urn.lower(): found for found in self.extensions}

    def _names(self, urn: str | None) -> Mapping[str, Attribute]:
        key = self.core.urn.lower() if urn is None else urn.lower()
        return self._names_by_urn.get(key, {})

    @cached_property
    def _names_by_urn(self) -> Mapping[str, Mapping[str, Attribute]]:
        extensions = {found.urn.lower(): by_name(found.attributes) for found in self.extensions}
        return {self.core.urn.lower(): by_name(self.attributes), **extensions}


def by_name(attributes: tuple[Attribute, ...]) -> dict[str, Attribute]:
    """Attributes under their names in lower case."""
    return {attribute.name.lower(): attribute for attribute in attributes}


COMMON = (
    Attribute(
        "schemas",
        "reference",
        multi_valued=True,
        case_exact=True,
        mutability="readOnly",
        returned="always",
        description="URNs of the schemas that the resource uses; derived from what it holds.",
    ),
    Attribute(
        "id",
        case_exact=True,
        mutability="readOnly",
        returned="always",
        uniqueness="server",
        description="Identifier given by this server; never changed and never used again.",
    ),
    Attribute("externalId", case_exact=True, description="Identifier given by the client."),
    Attribute(
        "meta",
        "complex",
        mutability="readOnly",
        description="Facts about the resource itself.",
        sub_attributes=(
            Attribute("resourceType", case_exact=True, mutability="readOnly"),
            Attribute("created", "dateTime", mutability="readOnly"),
            Attribute("lastModified", "dateTime", mutability="readOnly"),
            Attribute("location", "reference", case_exact=True, mutability="readOnly"),
            Attribute("version", case_exact=True, mutability="readOnly"),
        ),
    ),
)
