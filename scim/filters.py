"""Filters of SCIM lists as querysets of one tenant: django-scim2's filter parser hook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import F, Q, TextField
from django.db.models import Value as Literal
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest
from django.urls import reverse

from directory.documents import key, own_version
from directory.models import Group
from lib.filters import Filter, Operator, Path, Value, parse_filter
from lib.filters.json_columns import AnyOf, JsonElements, JsonParts, json_column
from lib.filters.json_values import JsonAt
from lib.filters.queries import (
    Address,
    Boolean,
    Column,
    Elements,
    Identifier,
    Made,
    Moment,
    Parts,
    Text,
    compile_filter,
)
from lib.schema import GROUP_RESOURCE, USER_RESOURCE, Attribute, ResourceSchema
from scim.email_narrowing import candidates
from scim.filter_rows import Rows, groups, members
from scim.hooks import base_location

_ETAG = Concat(Literal('W/"'), Cast(F("version"), TextField()), Literal('"'), output_field=TextField())


@dataclass(frozen=True)
class Version:
    """`meta.version`, without the mark of what is shown of others: that is no part of the resource."""

    tag: ClassVar[Made] = Made(_ETAG, case_exact=True)

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        return self.tag.compare(op, own_version(value) if isinstance(value, str) else value, path)

    def present(self) -> Q:
        return self.tag.present()


COMMON: Mapping[str, Column] = {
    "id": Identifier("id"),
    "externalid": Text("external_id"),
    "meta.created": Moment("created_at"),
    "meta.lastmodified": Moment("modified_at"),
    # Every resource has it; it is compared by its parts.
    "meta": Parts(),
    "meta.version": Version(),
}


class ResourceFilter:
    """Compiles `filter` for one kind of resource: columns and rows first, then what is in the document."""

    schema: ClassVar[ResourceSchema]
    columns: ClassVar[Mapping[str, Column]]
    # django-scim2's adapters read this name when they are loaded; ours have no use for it.
    attr_map: ClassVar[Mapping[tuple[str, str | None, str | None], str]] = {}

    def __init__(self, rows: Mapping[str, Rows], location: str) -> None:
        """`rows` are the attributes that are kept as rows; `location` is that of the list."""
        self._rows = rows
        self._location = location

    def compile(self, tree: Filter) -> Q:
        """Raises FilterError."""
        return compile_filter(tree, self._column, self._elements)

    def _column(self, path: Path) -> Column | None:
        if path.urn and (extension := self.schema.extension(f"{path.urn}:{path.name}")) and not path.sub:
            return JsonParts(JsonAt("document", extension.urn))
        parent = self.schema.attribute(path.name, urn=path.urn)
        if parent is None or self.schema.attribute(path.name, path.sub, urn=path.urn) is None:
            return None
        if not self.schema.extension(path.urn or "") and (column := self._outside(path, parent)):
            return column
        owner = JsonAt("document", *self._names(path, parent))
        return json_column(owner, parent, path.sub) if _kept(parent) else None

    def _outside(self, path: Path, parent: Attribute) -> Column | None:
        """The column of what is not in the document, or is in a column as well."""
        if rows := self._rows.get(parent.name):
            column = rows.column(Path(None, path.sub or "value"))
            return AnyOf(rows, column) if column else None
        name = f"{path.name}.{path.sub}" if path.sub else path.name
        if name.lower() == "meta.location":
            return Address(self._location, "id")
        return self.columns.get(name.lower())

    def _names(self, path: Path, parent: Attribute) -> list[str]:
        """Where the attribute stands in the document."""
        extension = self.schema.extension(path.urn or "")
        return [extension.urn, parent.name] if extension else [parent.name]

    def _elements(self, path: Path) -> Elements | None:
        parent = self.schema.attribute(path.name, urn=path.urn)
        if parent is None or path.sub or parent.type != "complex":
            return None
        if rows := self._rows.get(parent.name):
            return rows
        return JsonElements(JsonAt("document", *self._names(path, parent)), parent) if _kept(parent) else None


class UserFilter(ResourceFilter):
    schema = USER_RESOURCE
    columns: ClassVar[Mapping[str, Column]] = {
        **COMMON,
        "username": Text("user_name_key", fold=key),
        "active": Boolean("active"),
        "meta.resourcetype": Made(Literal("User", output_field=TextField()), case_exact=True),
    }

    @classmethod
    def search(cls, query: str, request: HttpRequest) -> Any:
        rows = {"groups": groups(_url("scim:groups", request))}
        tree, tenant = parse_filter(query), request.tenant  # type: ignore[attr-defined]  # put there by the door
        condition = cls(rows, _url("scim:users", request)).compile(tree)
        return candidates(tree, tenant).filter(condition)


class GroupFilter(ResourceFilter):
    schema = GROUP_RESOURCE
    columns: ClassVar[Mapping[str, Column]] = {
        **COMMON,
        "displayname": Text("display_name_key", fold=key),
        "meta.resourcetype": Made(Literal("Group", output_field=TextField()), case_exact=True),
    }

    @classmethod
    def search(cls, query: str, request: HttpRequest) -> Any:
        rows = {"members": members(_url("scim:users", request))}
        condition = cls(rows, _url("scim:groups", request)).compile(parse_filter(query))
        return Group.objects.filter(condition, tenant=request.tenant).living()  # type: ignore[attr-defined]  # put there by the door


def _kept(attribute: Attribute) -> bool:
    """Whether the document has it: `meta` is made for each answer, and a password is not kept."""
    return attribute.name == "schemas" or attribute.mutability not in {"readOnly", "writeOnly"}


def _url(name: str, request: HttpRequest) -> str:
    return base_location(request).rstrip("/") + reverse(name)
