"""Turns what a client sent into the document that is kept."""

from typing import Any

from lib.documents.document import Document, DocumentError
from lib.documents.extensions import clean_extension, is_empty
from lib.documents.limits import check_indexed, check_size, check_value
from lib.documents.members import members_in_list
from lib.documents.names import canonical_names
from lib.documents.values import clean_value
from lib.schema import ResourceSchema


def clean(body: object, resource: ResourceSchema, before: Document | None = None) -> Document:
    """The document in canonical spelling, without id, meta, groups and password.

    Null and the empty list mean unassigned and fall away (RFC 7643 section 2.5); empty strings, unknown
    attributes and unknown extensions stay as sent; members stay as a list of {"value", "display", "type"}.
    `before` is what the document takes the place of, None for a new resource. Raises DocumentError.
    """
    if not isinstance(body, dict):
        raise DocumentError(
            "The body must be a JSON object that describes one resource.", scim_type="invalidSyntax"
        )
    check_value(body)
    named = canonical_names(body, lambda name: _spelling(name, resource), "The body")
    schemas = named.pop("schemas", None)
    extensions = {
        schema.urn: clean_extension(named.pop(schema.urn, None), schema, before)
        for schema in resource.extensions
    }
    core = {name: _kept(name, value, resource) for name, value in named.items()}
    document = {name: kept for name, kept in {**core, **extensions}.items() if kept is not None}
    document = {"schemas": _schemas(schemas, document, resource), **document}
    _check_required(document, resource)
    check_indexed(document)
    check_size(_without_members(document, resource))
    return document


def _spelling(name: str, resource: ResourceSchema) -> str | None:
    if extension := resource.extension(name):
        return extension.urn
    attribute = resource.attribute(name)
    return attribute.name if attribute else None


def _kept(name: str, value: Any, resource: ResourceSchema) -> Any | None:
    """The value to keep under a canonical name, or None if there is nothing to keep."""
    if name.lower() == resource.core.urn.lower():
        raise DocumentError(f"{name} must not be a name in the body: its attributes stand at the top.")
    attribute = resource.attribute(name)
    if attribute is None:
        return value
    if attribute.mutability in {"readOnly", "writeOnly"}:
        return None
    if name == "members":
        return [member.to_dict() for member in members_in_list(value)] or None
    return clean_value(value, attribute, name)


def _without_members(document: Document, resource: ResourceSchema) -> Document:
    """What is stored as one piece: members become rows, and a group may have many."""
    kept_as_rows = {"members"} if resource.attribute("members") else set()
    return {name: value for name, value in document.items() if name not in kept_as_rows}


def _schemas(sent: Any, document: Document, resource: ResourceSchema) -> list[str]:
    """The URNs as sent, with the core schema and every extension that the document holds among them."""
    if sent is not None and not (isinstance(sent, list) and all(isinstance(urn, str) for urn in sent)):
        raise DocumentError("schemas must be a list of strings: the URNs of the schemas in use.")
    urns = [
        *(sent or []),
        *(name for name, value in document.items() if ":" in name and isinstance(value, dict)),
    ]
    if resource.core.urn.lower() not in {urn.lower() for urn in urns}:
        urns.insert(0, resource.core.urn)
    known = {schema.urn.lower(): schema.urn for schema in (resource.core, *resource.extensions)}
    listed: dict[str, str] = {}
    for urn in urns:
        listed.setdefault(urn.lower(), known.get(urn.lower(), urn))
    return list(listed.values())


def _check_required(document: Document, resource: ResourceSchema) -> None:
    for attribute in resource.attributes:
        if attribute.required and is_empty(document.get(attribute.name)):
            raise DocumentError(f"{attribute.name} is required: send it with a value that is not empty.")
