"""Filters of SCIM lists as querysets of one tenant: django-scim2's filter parser hook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Q

from directory.documents import key
from directory.models import Group, User
from lib.documents import check_value
from lib.filters import Path, parse_filter
from lib.filters.queries import Boolean, Column, Identifier, JsonText, Moment, Text, compile_filter
from lib.schema import GROUP_RESOURCE, USER_RESOURCE, Attribute, ResourceSchema

COMMON: Mapping[str, Column] = {
    "id": Identifier("id"),
    "externalid": Text("external_id"),
    "meta.created": Moment("created_at"),
    "meta.lastmodified": Moment("modified_at"),
}


class ResourceFilter:
    """Compiles `filter` for one kind of resource; promoted columns first, then texts inside the document."""

    schema: ClassVar[ResourceSchema]
    columns: ClassVar[Mapping[str, Column]]
    # django-scim2's adapters read this name when they are loaded; ours have no use for it.
    attr_map: ClassVar[Mapping[tuple[str, str | None, str | None], str]] = {}

    @classmethod
    def compile(cls, text: str) -> Q:
        """Raises FilterError and, for characters that no database takes, DocumentError."""
        check_value(text)
        return compile_filter(parse_filter(text), cls._find)

    @classmethod
    def _find(cls, path: Path) -> Column | None:
        attribute = cls.schema.attribute(path.name, path.sub, urn=path.urn)
        parent = cls.schema.attribute(path.name, urn=path.urn)
        if attribute is None or parent is None:
            return None
        name = f"{path.name}.{path.sub}" if path.sub else path.name
        extension = cls.schema.extension(path.urn or "")
        if extension is None and name.lower() in cls.columns:
            return cls.columns[name.lower()]
        return _inside_document(parent, attribute, extension.urn if extension else None)


def _inside_document(parent: Attribute, attribute: Attribute, urn: str | None) -> Column | None:
    """Single texts only; what has several values is not stored so that it could be filtered by."""
    if (
        parent.multi_valued
        or attribute.type not in {"string", "reference"}
        or attribute.mutability == "writeOnly"
    ):
        return None
    names = [urn, parent.name] if urn else [parent.name]
    if attribute is not parent:
        names.append(attribute.name)
    return JsonText("__".join(["document", *names]))


class UserFilter(ResourceFilter):
    schema = USER_RESOURCE
    columns: ClassVar[Mapping[str, Column]] = {
        **COMMON,
        "username": Text("user_name_key", fold=key),
        "active": Boolean("active"),
    }

    @classmethod
    def search(cls, query: str, request: Any) -> Any:
        return User.objects.filter(cls.compile(query), tenant=request.tenant).living()


class GroupFilter(ResourceFilter):
    schema = GROUP_RESOURCE
    columns: ClassVar[Mapping[str, Column]] = {
        **COMMON,
        "displayname": Text("display_name_key", fold=key),
        "members": Text("memberships__value"),
        "members.value": Text("memberships__value"),
    }

    @classmethod
    def search(cls, query: str, request: Any) -> Any:
        return Group.objects.filter(cls.compile(query), tenant=request.tenant).living().distinct()
