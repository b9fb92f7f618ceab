"""Filters of SCIM lists as querysets of one tenant: django-scim2's filter parser hook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q

from directory.documents import key
from directory.models import Group, Membership, User
from lib.filters import Operator, Path, Value, parse_filter
from lib.filters.queries import Boolean, Column, Identifier, JsonText, Moment, Text, compile_filter
from lib.schema import GROUP_RESOURCE, USER_RESOURCE, Attribute, ResourceSchema


@dataclass(frozen=True)
class MemberId:
    """The ids of a group's members: each comparison is about any of them, so it looks for itself."""

    def compare(self, op: Operator, value: Value, path: Path) -> Q:
        return self._any(Text("value").compare(op, value, path))

    def present(self) -> Q:
        return self._any(Q())

    @staticmethod
    def _any(condition: Q) -> Q:
        return Q(Exists(Membership.objects.filter(condition, group=OuterRef("pk"))))


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
        """Raises FilterError."""
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
    """Single texts only; what has several values is not stored so that it could be filtered by.

    Nor is what clients can't write: `meta` is made for each answer, and a password is not kept.
    """
    is_text = attribute.type in {"string", "reference"}
    if parent.multi_valued or not is_text or attribute.mutability in {"readOnly", "writeOnly"}:
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
        "members": MemberId(),
        "members.value": MemberId(),
    }

    @classmethod
    def search(cls, query: str, request: Any) -> Any:
        return Group.objects.filter(cls.compile(query), tenant=request.tenant).living()
