"""Between SCIM bodies and the directory's services: django-scim2's adapter hooks, filled with our engine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpRequest
from django_scim.adapters import SCIMMixin

from directory import services
from directory.documents import version_tag, whole
from directory.services.users import Edit
from directory.services.versions import Expected
from lib.documents import Document, Member, clean, read_members
from lib.documents.changes import MemberChange, ReplaceMembers
from lib.schema import GROUP_RESOURCE, USER_RESOURCE, ResourceSchema
from scim import discovery
from scim.hooks import address
from scim.patch import apply, split_members
from scim.preconditions import Preconditions
from scim.projection import Projection
from scim.reach import require_active
from scim.references import group_members, groups_mark, groups_of, members_mark, user_groups


class Adapter(SCIMMixin):
    """One resource of the request's tenant."""

    id_field = "id"
    schema: ClassVar[ResourceSchema]
    url_name: ClassVar[str]

    obj: Any
    # None: what the request's headers say. An operation of a bulk request has its own.
    preconditions: Preconditions | None = None

    def __init__(self, obj: Any, request: HttpRequest | None = None) -> None:
        super().__init__(obj, request=request)
        self.document: Document = {}

    @property
    def tenant(self) -> Any:
        return self.request.tenant

    @property
    def actor(self) -> Any:
        return self.request.actor

    @property
    def expected(self) -> Expected:
        """What is said of the version that is meant to be changed."""
        return (self.preconditions or Preconditions.read(self.request.headers)).allow_change

    @property
    def location(self) -> str:
        return f"{address(self.url_name, self.request)}/{self.id}"

    def tag(self, projection: Projection) -> str:
        """Of the representation that is asked for: another one if what it shows of others is other."""
        return version_tag(self.obj, self._mark_of_others(projection))

    def validate_dict(self, body: object) -> None:
        """Raises DocumentError."""
        self.document = clean(body, self.schema)

    def to_dict(self, projection: Projection | None = None) -> Document:
        """The committed state, as asked for."""
        projection = projection or Projection.read(self.request.GET)
        document = whole(self.obj)
        self._add_references(document, projection)
        document["meta"] |= {"location": self.location, "version": self.tag(projection)}
        return projection.apply(document)

    def to_text(self, projection: Projection) -> str:
        """The same as JSON."""
        return json.dumps(self.to_dict(projection))

    def _add_references(self, document: Document, projection: Projection) -> None:
        raise NotImplementedError

    def _mark_of_others(self, projection: Projection) -> str:
        raise NotImplementedError

    def _patched(self, operations: list[Document]) -> Edit:
        """An edit for the directory: from the document as it is under the lock to the one it becomes."""

        def edit(document: Document) -> Document:
            return clean(apply(document, operations, self.schema, resource_id=self.id), self.schema)

        return edit


class UserAdapter(Adapter):
    schema = USER_RESOURCE
    url_name = "scim:users"

    @classmethod
    def resource_type_dict(cls, request: HttpRequest) -> Document:
        return discovery.with_meta(discovery.user_type(), "ResourceType", "scim:resource-types", request)

    def _add_references(self, document: Document, projection: Projection) -> None:
        if projection.wants("groups") and (groups := user_groups(self.obj, self.request)):
            document["groups"] = groups

    def _mark_of_others(self, projection: Projection) -> str:
        return groups_mark(groups_of(self.obj)) if projection.wants("groups") else ""

    def save(self) -> None:
        if self.obj._state.adding:
            self.obj = services.create_user(self.tenant, self.document, by=self.actor, id=self.obj.id)
        else:
            self._change(lambda _: self.document)

    def handle_operations(self, operations: Any) -> None:
        self._change(self._patched(operations))

    def _change(self, edit: Edit) -> None:
        def allowed(document: Document) -> Document:
            # Once more under the lock: the user may have been deactivated since the view has looked.
            require_active(self.request, document.get("active"))
            return edit(document)

        self.obj = services.change_user(
            self.tenant, self.obj.id, allowed, by=self.actor, expected=self.expected
        )

    def delete(self) -> None:
        services.delete_user(self.tenant, self.obj.id, by=self.actor, expected=self.expected)


class GroupAdapter(Adapter):
    schema = GROUP_RESOURCE
    url_name = "scim:groups"

    def __init__(self, obj: Any, request: HttpRequest | None = None) -> None:
        super().__init__(obj, request=request)
        # None: the body says nothing of members, so they stay (RFC 7644, 3.5.1).
        self.members: tuple[Member, ...] | None = None

    @classmethod
    def resource_type_dict(cls, request: HttpRequest) -> Document:
        return discovery.with_meta(discovery.group_type(), "ResourceType", "scim:resource-types", request)

    def validate_dict(self, body: object) -> None:
        super().validate_dict(body)
        members = self.document.pop("members", [])
        says_so = isinstance(body, dict) and any(name.lower() == "members" for name in body)
        self.members = read_members(members) if says_so else None

    def _add_references(self, document: Document, projection: Projection) -> None:
        if projection.wants("members"):
            document["members"] = json.loads(group_members(self.obj, self.request))

    def to_text(self, projection: Projection) -> str:
        """Members are not read to be written again: there may be very many."""
        if not projection.takes_all:
            return super().to_text(projection)
        members = group_members(self.obj, self.request)
        document = self.to_dict(Projection(without=frozenset({"members"})))
        document["meta"]["version"] = self.tag(projection)
        return f'{json.dumps(document)[:-1]}, "members": {members}}}'

    def _mark_of_others(self, projection: Projection) -> str:
        return members_mark(self.obj) if projection.wants("members") else ""

    def save(self) -> None:
        if self.obj._state.adding:
            self.obj = services.create_group(
                self.tenant, self.document, self.members or (), by=self.actor, id=self.obj.id
            )
            return
        changes: list[MemberChange] = [] if self.members is None else [ReplaceMembers(self.members)]
        self._change(lambda _: self.document, changes)

    def handle_operations(self, operations: Any) -> None:
        rest, changes = split_members(operations, self.schema)
        self._change(self._patched(rest), changes)

    def _change(self, edit: Edit, changes: Sequence[MemberChange]) -> None:
        self.obj = services.change_group(
            self.tenant, self.obj.id, edit, changes, by=self.actor, expected=self.expected
        )

    def delete(self) -> None:
        services.delete_group(self.tenant, self.obj.id, by=self.actor, expected=self.expected)
