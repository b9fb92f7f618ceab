"""Filters of SCIM lists as querysets of one tenant: django-scim2's filter parser hook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest

from directory.documents import key
from directory.models import Group, User
from directory.schemas import group_schema, user_schema
from lib.filters import Path, parse_filter
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
from lib.schema import Attribute, ResourceSchema
from scim.filter_rows import Rows, groups, members
from scim.hooks import address, tenant_of

_ETAG = Concat(Value('W/"'), Cast(F("version"), TextField()), Value('"'), output_field=TextField())
COMMON: Mapping[str, Column] = {
    "id": Identifier("id"),
    "externalid": Text("external_id"),
    "meta.created": Moment("created_at"),
    "meta.lastmodified": Moment("modified_at"),
    # Every resource has it; it is compared by its parts.
    "meta": Parts(),
    "meta.version": Made(_ETAG, case_exact=True),
}


class ResourceFilter:
    """Compiles `filter` for one kind of resource: columns and rows first, then what is in the document."""

    columns: ClassVar[Mapping[str, Column]]
    # django-scim2's adapters read this name when they are loaded; ours have no use for it.
    attr_map: ClassVar[Mapping[tuple[str, str | None, str | None], str]] = {}

    def __init__(self, schema: ResourceSchema, rows: Mapping[str, Callable[[], Rows]], location: str) -> None:
        """`rows` make the attributes that are kept as rows; `location` is that of the list."""
        self.schema = schema
        self._rows = rows
        self._location = location

    def compile(self, text: str) -> Q:
        """Raises FilterError."""
        return compile_filter(parse_filter(text), self._column, self._elements)

    def _column(self, path: Path) -> Column | None:
        if path.urn and (extension := self.schema.extension(f"{path.urn}:{path.name}")) and not path.sub:
            return JsonParts(JsonAt("document", extension.urn))
        parent = self.schema.attribute(path.name, urn=path.urn)
        if parent is None or self.schema.attribute(path.name, path.sub, urn=path.urn) is None:
            return None
        if not self.schema.extension(path.urn or "") and (column := self._outside(path, parent)):
            return column
        owner = JsonAt("document", *self._names(path, parent))
        return json_column(owner, parent, path.sub) if self._is_kept(path, parent) else None

    def _outside(self, path: Path, parent: Attribute) -> Column | None:
        """The column of what is not in the document, or is in a column as well."""
        if rows := self._rows.get(parent.name):
            column = rows().column(Path(None, path.sub or "value"))
            return AnyOf(rows(), column) if column else None
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
            return rows()
        owner = JsonAt("document", *self._names(path, parent))
        return JsonElements(owner, parent) if self._is_kept(path, parent) else None

    def _is_kept(self, path: Path, attribute: Attribute) -> bool:
        """Whether the document has it and it may be told: `meta` is made for each answer, secrets stay so."""
        if attribute.is_hidden:
            return False
        in_extension = self.schema.extension(path.urn or "") is not None
        return in_extension or attribute.name == "schemas" or attribute.mutability != "readOnly"


class UserFilter(ResourceFilter):
    columns: ClassVar[Mapping[str, Column]] = {
        **COMMON,
        "username": Text("user_name_key", fold=key),
        "active": Boolean("active"),
        "meta.resourcetype": Made(Value("User", output_field=TextField()), case_exact=True),
    }

    @classmethod
    def search(cls, query: str, request: HttpRequest) -> Any:
        tenant = tenant_of(request)
        rows = {"groups": lambda: groups(address("scim:groups", request))}
        condition = cls(user_schema(tenant), rows, address("scim:users", request)).compile(query)
        return User.objects.filter(condition, tenant=tenant).living()


class GroupFilter(ResourceFilter):
    columns: ClassVar[Mapping[str, Column]] = {
        **COMMON,
        "displayname": Text("display_name_key", fold=key),
        "meta.resourcetype": Made(Value("Group", output_field=TextField()), case_exact=True),
    }

    @classmethod
    def search(cls, query: str, request: HttpRequest) -> Any:
        tenant = tenant_of(request)
        rows = {"members": lambda: members(address("scim:users", request))}
        condition = cls(group_schema(tenant), rows, address("scim:groups", request)).compile(query)
        return Group.objects.filter(condition, tenant=tenant).living()
