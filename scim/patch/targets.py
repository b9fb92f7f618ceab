"""Finds what a PATCH path means in the schema, before any document is touched."""

from dataclasses import dataclass
from typing import Any

from lib.documents import Document
from lib.filters import And, Compare, Filter, Not, Or, PatchPath, Path, Present
from lib.schema import Attribute, ResourceSchema
from scim.patch.errors import PatchError


@dataclass(frozen=True)
class Target:
    """An attribute of the extension `urn` or of the core; in it what `filter` selects; of that, `sub`."""

    urn: str | None
    attribute: Attribute
    filter: Filter | None = None
    sub: Attribute | None = None

    @property
    def is_list(self) -> bool:
        """All the values of an attribute that can have several."""
        return self.attribute.multi_valued and self.filter is None and self.sub is None

    @property
    def is_read_only(self) -> bool:
        return self.attribute.mutability == "readOnly"

    @property
    def is_secret(self) -> bool:
        """A password, which never enters the document. What an extension has is kept, for targets."""
        return self.urn is None and self.attribute.mutability == "writeOnly"

    def owner(self, document: Document) -> dict[str, Any]:
        """The object that holds the attribute; an extension is made if it is missing. Raises PatchError."""
        if self.urn is None:
            return document
        holder = document.setdefault(self.urn, {})
        if not isinstance(holder, dict):
            raise PatchError(f"{self.urn} must be an object: replace it as a whole.")
        return holder


def find_target(parsed: PatchPath, resource: ResourceSchema) -> Target | None:
    """The target of a path, or None if the schema has no such attribute. Raises PatchError."""
    extension = resource.extension(parsed.path.urn or "")
    attribute = resource.attribute(parsed.path.name, urn=parsed.path.urn)
    if attribute is None:
        return None
    if attribute.name == "members":
        raise PatchError("Changes of members stand in operations of their own.", scim_type="invalidPath")
    if parsed.filter is not None:
        _check_selection(parsed.filter, attribute)
    sub = attribute.sub(parsed.sub) if parsed.sub else None
    if parsed.sub and sub is None:
        return None
    return Target(extension.urn if extension else None, attribute, parsed.filter, sub)


def _check_selection(selection: Filter, attribute: Attribute) -> None:
    if not attribute.multi_valued:
        raise PatchError(
            f"{attribute.name} is not multi-valued: leave the filter in brackets out.",
            scim_type="invalidPath",
        )
    if attribute.is_hidden:
        raise PatchError(
            f"{attribute.name} is never shown, so it can't be chosen from: replace or remove all of it.",
            scim_type="invalidPath",
        )
    for path in paths_in(selection):
        if path.urn or path.sub or attribute.sub(path.name) is None:
            raise PatchError(
                f"{attribute.name} has no sub-attribute {path}: see /Schemas for those it has.",
                scim_type="invalidFilter",
            )


def paths_in(selection: Filter) -> list[Path]:
    """The path of each comparison in a filter."""
    match selection:
        case And(terms) | Or(terms):
            return [path for term in terms for path in paths_in(term)]
        case Not(term):
            return paths_in(term)
        case Compare(path=path) | Present(path=path):
            return [path]
    return [selection.path]
