"""`attributes` and `excludedAttributes` (RFC 7644, 3.9): which parts of a resource are answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lib.documents import Document
from lib.schema import Attribute, ResourceSchema, Schema
from scim.errors import ScimError

_CORE = "urn:ietf:params:scim:schemas:core:2.0:"


@dataclass(frozen=True)
class Projection:
    """Names in lower case, those of the core without its URN. With `only`, nothing else is answered.

    What the schema says comes first (RFC 7643, 7): `always` is answered whatever is asked for, `never` never,
    `request` only when it is named in `only`, or `specified` by the write that is answered. Unknown names are
    no error.
    """

    only: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    specified: frozenset[str] = frozenset()

    @classmethod
    def read(cls, asked: Mapping[str, object]) -> Projection:
        only, without = _names(asked, "attributes"), _names(asked, "excludedAttributes")
        if only and without:
            raise ScimError(400, "Send either attributes or excludedAttributes, not both.", "invalidValue")
        return cls(only, without)

    def takes_all(self, schema: ResourceSchema) -> bool:
        return not self.only and not self.without and schema.is_plain

    def wants(self, name: str) -> bool:
        """Whether anything of a core attribute is answered; lets a view leave out a costly query."""
        name = name.lower()
        if self.only:
            return any(asked == name or asked.startswith(f"{name}.") for asked in self.only)
        return name not in self.without

    def apply(self, document: Document, schema: ResourceSchema) -> Document:
        if self.takes_all(schema):
            return document
        return _those(document, lambda name, value: self._at_the_top(name, value, schema))

    def _at_the_top(self, name: str, value: object, schema: ResourceSchema) -> object | None:
        if ":" in name and isinstance(value, dict):
            return self._extension(name.lower(), value, schema.extension(name))
        return self._attribute(name.lower(), value, schema.attribute(name), named=False)

    def _extension(self, urn: str, value: Document, extension: Schema | None) -> Document | None:
        """Its URN names all of it that is answered by itself."""
        named = urn in self.only or urn in self.without

        def kept(name: str, inner: object) -> object | None:
            attribute = extension.attribute(name) if extension else None
            return self._attribute(f"{urn}:{name.lower()}", inner, attribute, named=named)

        return _those(value, kept) or None

    def _attribute(
        self, path: str, value: object, attribute: Attribute | None, *, named: bool
    ) -> object | None:
        """`named`: its whole extension is named."""
        returned = attribute.returned if attribute else "default"
        if returned in {"always", "never"}:
            return value if returned == "always" else None
        if self.only:
            if path in self.only or (named and returned == "default"):
                return value
            kept = _parts(value, lambda sub: f"{path}.{sub.lower()}" in self.only)
            return kept if kept and kept is not value else None
        if named or path in self.without or (returned == "request" and path not in self.specified):
            return None
        return _parts(value, lambda sub: f"{path}.{sub.lower()}" not in self.without)


def specified_in(body: Document) -> frozenset[str]:
    """The attributes of extensions that a body names, in lower case and with their URNs."""
    names = {f"{name}:{inner}" for name, value in body.items() if isinstance(value, dict) for inner in value}
    return frozenset(_attribute_of(name) for name in {*body, *names} if ":" in name)


def specified_by(operations: object) -> frozenset[str]:
    """The same of a PATCH, before it is known whether its operations are any."""
    found: set[str] = set()
    for operation in operations if isinstance(operations, list) else ():
        fields = (
            {name.lower(): value for name, value in operation.items()} if isinstance(operation, dict) else {}
        )
        path, value = fields.get("path"), fields.get("value")
        named = {path: value} if isinstance(path, str) else value
        found |= specified_in(named) if isinstance(named, dict) else set()
    return frozenset(found)


def _attribute_of(path: str) -> str:
    """Without what is in brackets, and without a sub-attribute."""
    urn, _, name = path.split("[")[0].lower().rpartition(":")
    return f"{urn}:{name.split('.')[0]}"


def _those(owner: Document, kept: Callable[[str, Any], object | None]) -> Document:
    found = ((name, kept(name, value)) for name, value in owner.items())
    return {name: value for name, value in found if value is not None}


def _parts(value: object, wanted: Callable[[str], bool]) -> object:
    """The wanted sub-attributes of a complex value or of each of several."""
    if isinstance(value, dict):
        return {name: part for name, part in value.items() if wanted(name)}
    if isinstance(value, list) and all(isinstance(element, dict) for element in value):
        return [part for element in value if (part := _parts(element, wanted))]
    return value


def _names(asked: Mapping[str, object], parameter: str) -> frozenset[str]:
    """A text with commas in a query, a list of texts in the body of `/.search`."""
    value = asked.get(parameter) or ""
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ScimError(400, f"{parameter} must be names of attributes, with commas between.", "invalidValue")
    cleaned = (name.strip().lower() for name in names)
    return frozenset(name.split(":")[-1] if name.startswith(_CORE) else name for name in cleaned if name)
