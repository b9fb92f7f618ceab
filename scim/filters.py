"""Filters of SCIM lists as querysets of one tenant: django-scim2's filter parser hook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Self

from django.db.models import F, Q, TextField
from django.db.models import Value as Literal
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest

from directory.documents import key, own_version
from directory.models import Group, User
from directory.schemas import group_schema, user_schema
from lib.filters import Compare, Filter, FilterError, Operator, Path, Value, attribute_path, parse_filter
from lib.filters.absent import ABSENT, NO_ELEMENTS
from lib.filters.columns import Address, Boolean, Identifier, Made, Moment, Parts, Text
from lib.filters.json_columns import AnyOf, JsonElements, JsonParts, json_column
from lib.filters.json_values import JsonAt
from lib.filters.queries import Column, Elements, compile_filter
from lib.filters.sorting import sort_key
from lib.schema import Attribute, ResourceSchema
from scim.email_narrowing import candidates
from scim.filter_rows import Rows, groups, members
from scim.hooks import address, tenant_of
from tenants.models import Tenant

# One request may look at its filter twice.
_parsed = lru_cache(maxsize=100)(parse_filter)
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

    model: ClassVar[type[User | Group]]
    columns: ClassVar[Mapping[str, Column]]
    # django-scim2's adapters read this name when they are loaded; ours have no use for it.
    attr_map: ClassVar[Mapping[tuple[str, str | None, str | None], str]] = {}

    def __init__(
        self,
        schema: ResourceSchema,
        rows: Mapping[str, Callable[[], Rows]],
        location: str,
        elsewhere: Sequence[ResourceSchema] = (),
    ) -> None:
        """`rows` make the attributes that are kept as rows; `location` is that of the list.

        What only the schemas `elsewhere` know has no value here, and is no mistake (RFC 7644, 3.4.2.1).
        """
        self.schema = schema
        self._rows = rows
        self._location = location
        self._elsewhere = elsewhere

    @classmethod
    def of(cls, request: HttpRequest, elsewhere: Sequence[ResourceSchema] = ()) -> Self:
        raise NotImplementedError

    @classmethod
    def search(cls, query: str, request: HttpRequest) -> Any:
        """What django-scim2 calls."""
        return cls.of(request).among(request.tenant, query)  # type: ignore[attr-defined]  # put there by the door

    def among(self, tenant: Tenant, query: str) -> Any:
        """The tenant's living ones whom the query matches; an empty one matches all. Raises FilterError."""
        if not query:
            return self.model.objects.filter(tenant=tenant).living()
        tree = _parsed(query)
        return self.candidates(tree, tenant).filter(self.compile(tree))

    def candidates(self, tree: Filter, tenant: Tenant) -> Any:
        """Those who can match at all."""
        return self.model.objects.filter(tenant=tenant).living()

    def looked_up(self, text: str) -> tuple[str, str] | None:
        """Field and value, if the filter is nothing but a column of text that equals. Raises FilterError."""
        match _parsed(text):
            case Compare(path, "eq", str(value)):
                column = self._column(path)
                if isinstance(column, Text):
                    return column.field, column.fold(value) if column.fold else value
        return None

    def compile(self, tree: Filter) -> Q:
        """Raises FilterError."""
        return compile_filter(tree, self._column, self._elements)

    def sort_key(self, text: str) -> Combinable:
        """What lists are ordered by at that path. Raises FilterError."""
        path = attribute_path(text)
        column = self._column(path)
        if column is None:
            raise FilterError(f"{path} is no attribute that can be sorted by.")
        return sort_key(column, path)

    def _column(self, path: Path) -> Column | None:
        if path.urn and (extension := self.schema.extension(f"{path.urn}:{path.name}")) and not path.sub:
            return JsonParts(JsonAt("document", extension.urn))
        parent = self.schema.attribute(path.name, urn=path.urn)
        if parent is None or not _knows(self.schema, path):
            return ABSENT if self._is_elsewhere(path) else None
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
        if parent is None and self._is_elsewhere(path):
            return NO_ELEMENTS
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

    def _is_elsewhere(self, path: Path) -> bool:
        return knows_any(self._elsewhere, path)


class UserFilter(ResourceFilter):
    model = User
    columns: ClassVar[Mapping[str, Column]] = {
        **COMMON,
        "username": Text("user_name_key", fold=key),
        "active": Boolean("active"),
        "meta.resourcetype": Made(Literal("User", output_field=TextField()), case_exact=True),
    }

    @classmethod
    def of(cls, request: HttpRequest, elsewhere: Sequence[ResourceSchema] = ()) -> Self:
        rows = {"groups": lambda: groups(address("scim:groups", request))}
        return cls(user_schema(tenant_of(request)), rows, address("scim:users", request), elsewhere)

    def candidates(self, tree: Filter, tenant: Tenant) -> Any:
        return candidates(tree, tenant)


class GroupFilter(ResourceFilter):
    model = Group
    columns: ClassVar[Mapping[str, Column]] = {
        **COMMON,
        "displayname": Text("display_name_key", fold=key),
        "meta.resourcetype": Made(Literal("Group", output_field=TextField()), case_exact=True),
    }

    @classmethod
    def of(cls, request: HttpRequest, elsewhere: Sequence[ResourceSchema] = ()) -> Self:
        rows = {"members": lambda: members(address("scim:users", request))}
        return cls(group_schema(tenant_of(request)), rows, address("scim:groups", request), elsewhere)


def knows_any(schemas: Sequence[ResourceSchema], path: Path) -> bool:
    return any(_knows(schema, path) for schema in schemas)


def _knows(schema: ResourceSchema, path: Path) -> bool:
    is_extension = path.urn and not path.sub and schema.extension(f"{path.urn}:{path.name}")
    return bool(is_extension) or schema.attribute(path.name, path.sub, urn=path.urn) is not None
