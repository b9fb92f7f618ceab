"""The attributes of extensions, judged by what a change does to them (RFC 7643, 2.2; RFC 7644, 3.5.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lib.documents.document import Document, DocumentError
from lib.documents.names import canonical_names
from lib.documents.values import clean_value, kind_of
from lib.schema import Attribute, ResourceSchema, Schema


def respelled(document: Document, resource: ResourceSchema) -> Document:
    """In the spelling of the schema, which may be younger than the document."""
    named = canonical_names(document, lambda name: _urn(name, resource), "The document")
    for extension in resource.extensions:
        if isinstance(held := named.get(extension.urn), dict):
            named[extension.urn] = spelled = dict[str, Any]()
            for name, value in held.items():
                # Of two spellings, which only an unknown extension can have had, the first stays.
                spelled.setdefault(_spelling(name, extension), value)
    return named


def with_unsent(body: Document, before: Document, resource: ResourceSchema) -> Document:
    """The body of a PUT, with what the client did not see, or may not change, and so does not send back.

    What is left out otherwise is unassigned; null unassigns these too.
    """
    named = canonical_names(body, lambda name: _urn(name, resource), "The body")
    for extension in resource.extensions:
        sent = named.get(extension.urn, {})
        if isinstance(sent, dict) and (unsent := dict(_unsent(extension, before))):
            names = {name.lower() for name in sent}
            rest = {name: value for name, value in unsent.items() if name.lower() not in names}
            named[extension.urn] = {**sent, **rest}
    return named


def _unsent(extension: Schema, before: Document) -> Iterator[tuple[str, Any]]:
    held = _held(before, extension)
    for attribute in extension.attributes:
        unseen = attribute.is_hidden or attribute.returned == "request"
        if (unseen or attribute.mutability == "immutable") and attribute.name in held:
            yield attribute.name, held[attribute.name]


def _urn(name: str, resource: ResourceSchema) -> str | None:
    extension = resource.extension(name)
    return extension.urn if extension else None


def clean_extension(value: Any, extension: Schema, before: Document | None) -> Any | None:
    """An extension's object as it is kept, or None if nothing is left of it.

    `before` is None for a new resource. A value that stays as it was is not judged again: a definition that
    changes must not make people un-updatable. Raises DocumentError.
    """
    if value is not None and not isinstance(value, dict):
        if before is not None and before.get(extension.urn) == value:
            return value
        raise DocumentError(f"{extension.urn} must be an object, not {kind_of(value)}.")
    named = canonical_names(value or {}, lambda name: _spelling(name, extension), extension.urn)
    held = _held(before, extension)
    kept: Document = {}
    for name, sent in named.items():
        attribute = extension.attribute(name)
        found = _kept(sent, attribute, held.get(name), f"{extension.urn}:{name}") if attribute else sent
        if found is not None:
            kept[name] = found
    for attribute in extension.attributes:
        _settle(kept, attribute, None if before is None else held, f"{extension.urn}:{attribute.name}")
    return kept or None


def _held(before: Document | None, extension: Schema) -> Mapping[str, Any]:
    held = (before or {}).get(extension.urn)
    return held if isinstance(held, dict) else {}


def _spelling(name: str, extension: Schema) -> str:
    attribute = extension.attribute(name)
    return attribute.name if attribute else name


def _kept(sent: Any, attribute: Attribute, held: Any, where: str) -> Any | None:
    if attribute.mutability == "readOnly" or (held is not None and sent == held):
        return held
    return clean_value(sent, attribute, where)


def _settle(kept: Document, attribute: Attribute, held: Mapping[str, Any] | None, where: str) -> None:
    """What stays whatever is sent, what must not change, and what must be there. `held` None: nothing yet."""
    before, after = (held or {}).get(attribute.name), kept.get(attribute.name)
    if before is not None and attribute.mutability == "readOnly":
        kept[attribute.name] = before
    if before is not None and attribute.mutability == "immutable" and after != before:
        raise DocumentError(f"{where} is immutable: it keeps the value that it has.", scim_type="mutability")
    if attribute.required and is_empty(after) and (held is None or not is_empty(before)):
        raise DocumentError(f"{where} is required: send it with a value that is not empty.")


def is_empty(value: Any) -> bool:
    """Whether it is no value for what is required."""
    return value in (None, [], {}) or (isinstance(value, str) and not value.strip())
