"""How a schema is published under /Schemas (RFC 7643 section 7)."""

from typing import Any

from lib.schema.model import Attribute, Schema

SCHEMA_URN = "urn:ietf:params:scim:schemas:core:2.0:Schema"


def to_scim(schema: Schema) -> dict[str, Any]:
    """The Schema resource without `meta`, which needs the address that the door is reached under."""
    return {
        "schemas": [SCHEMA_URN],
        "id": schema.urn,
        "name": schema.name,
        "description": schema.description,
        "attributes": [_attribute(attribute) for attribute in schema.attributes],
    }


def _attribute(attribute: Attribute) -> dict[str, Any]:
    published: dict[str, Any] = {
        "name": attribute.name,
        "type": attribute.type,
        "multiValued": attribute.multi_valued,
        "description": attribute.description,
        "required": attribute.required,
        "caseExact": attribute.case_exact,
        "mutability": attribute.mutability,
        "returned": attribute.returned,
        "uniqueness": attribute.uniqueness,
    }
    if attribute.canonical_values:
        published["canonicalValues"] = list(attribute.canonical_values)
    if attribute.reference_types:
        published["referenceTypes"] = list(attribute.reference_types)
    if attribute.sub_attributes:
        published["subAttributes"] = [_attribute(sub) for sub in attribute.sub_attributes]
    return published
