"""Between SCIM bodies and the directory's services: django-scim2's adapter hooks, filled with our engine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.http import HttpRequest
from django_scim.adapters import SCIMMixin

from directory import services
from directory.documents import version_tag, whole
from directory.schemas import group_schema, user_schema
from directory.services.users import Edit
from directory.services.versions import Expected
from lib.documents import Document, Member, clean, respelled, take_members, with_unsent
from lib.documents.changes import MemberChange, ReplaceMembers
from lib.schema import ResourceSchema
from scim import discovery
from scim.hooks import address, tenant_of
from scim.patch import apply, split_members
from scim.preconditions import Preconditions
from scim.projection import Projection, specified_by, specified_in
from scim.reach import require_active
from scim.references import group_members, groups_mark, groups_of, members_mark, user_groups


class Adapter(SCIMMixin):
    """One resource of the request's tenant."""

    id_field = "id"
    url_name: ClassVar[str]

    obj: Any
    # None: what the request's headers say. An operation of a bulk request has its own.
    preconditions: Preconditions | None = None

    def __init__(self, obj: Any, request: HttpRequest | None = None) -> None:
        super().__init__(obj, request=request)
        self.body: Document = {}
        # What a write names is answered, if it is answered on request (RFC 7643, 7).
        self.specified: frozenset[str] = frozenset()

    @property
    def schema(self) -> ResourceSchema:
        """Of the request's tenant."""
        raise NotImplementedError

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

    def validate_dict(self, body: Document) -> None:
        """It is judged when it is saved: under a lock, beside what is there."""
        self.body = body
        if not self.schema.is_plain:
            self.specified = specified_in(body)

    def to_dict(self, projection: Projection | None = None) -> Document:
        """The committed state, as asked for."""
        projection = projection or Projection.read(self.request.GET)
        if self.specified:
            projection = replace(projection, specified=self.specified)
        document = whole(self.obj)
        self._add_references(document, projection)
        document["meta"] |= {"location": self.location, "version": self.tag(projection)}
        return projection.apply(document, self.schema)

    def to_text(self, projection: Projection) -> str:
        """The same as JSON."""
        return json.dumps(self.to_dict(projection))

    def _add_references(self, document: Document, projection: Projection) -> None:
        raise NotImplementedError

    def _mark_of_others(self, projection: Projection) -> str:
        raise NotImplementedError

    def _replaced(self, before: Document) -> Document:
        """The document that the body makes in place of the one that is there. Raises DocumentError."""
        schema = self.schema
        before = respelled(before, schema)
        return clean(with_unsent(self.body, before, schema), schema, before)

    def _patched(self, operations: list[Document]) -> Edit:
        """An edit for the directory: from the document as it is under the lock to the one it becomes."""

        schema = self.schema
        if not schema.is_plain:
            self.specified = specified_by(operations)

        def edit(document: Document) -> Document:
            before = respelled(document, schema)
            return clean(apply(before, operations, schema, resource_id=self.id), schema, before)

        return edit


class UserAdapter(Adapter):
    url_name = "scim:users"

    @property
    def schema(self) -> ResourceSchema:
        return user_schema(self.tenant)

    @classmethod
    def resource_type_dict(cls, request: HttpRequest) -> Document:
        kind = discovery.user_type(user_schema(tenant_of(request)))
        return discovery.with_meta(kind, "ResourceType", "scim:resource-types", request)

    def _add_references(self, document: Document, projection: Projection) -> None:
        if projection.wants("groups") and (groups := user_groups(self.obj, self.request)):
            document["groups"] = groups

    def _mark_of_others(self, projection: Projection) -> str:
        return groups_mark(groups_of(self.obj)) if projection.wants("groups") else ""

    def save(self) -> None:
        if self.obj._state.adding:
            document = clean(self.body, self.schema)
            self.obj = services.create_user(self.tenant, document, by=self.actor, id=self.obj.id)
        else:
            self._change(self._replaced)

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
    url_name = "scim:groups"

    def __init__(self, obj: Any, request: HttpRequest | None = None) -> None:
        super().__init__(obj, request=request)
        # None: the body says nothing of members, so they stay (RFC 7644, 3.5.1).
        self.members: tuple[Member, ...] | None = None

    @property
    def schema(self) -> ResourceSchema:
        return group_schema(self.tenant)

    @classmethod
    def resource_type_dict(cls, request: HttpRequest) -> Document:
        kind = discovery.group_type(group_schema(tenant_of(request)))
        return discovery.with_meta(kind, "ResourceType", "scim:resource-types", request)

    def validate_dict(self, body: Document) -> None:
        """Raises DocumentError."""
        rest, self.members = take_members(body)
        super().validate_dict(rest)

    def _add_references(self, document: Document, projection: Projection) -> None:
        if projection.wants("members"):
            document["members"] = json.loads(group_members(self.obj, self.request))

    def to_text(self, projection: Projection) -> str:
        """Members are not read to be written again: there may be very many."""
        if not projection.takes_all(self.schema):
            return super().to_text(projection)
        members = group_members(self.obj, self.request)
        document = self.to_dict(Projection(without=frozenset({"members"})))
        document["meta"]["version"] = self.tag(projection)
        return f'{json.dumps(document)[:-1]}, "members": {members}}}'

    def _mark_of_others(self, projection: Projection) -> str:
        return members_mark(self.obj) if projection.wants("members") else ""

    def save(self) -> None:
        if self.obj._state.adding:
            document = clean(self.body, self.schema)
            self.obj = services.create_group(
                self.tenant, document, self.members or (), by=self.actor, id=self.obj.id
            )
            return
        changes: list[MemberChange] = [] if self.members is None else [ReplaceMembers(self.members)]
        self._change(self._replaced, changes)

    def handle_operations(self, operations: Any) -> None:
        rest, changes = split_members(operations, self.schema)
        self._change(self._patched(rest), changes)

    def _change(self, edit: Edit, changes: Sequence[MemberChange]) -> None:
        self.obj = services.change_group(
            self.tenant, self.obj.id, edit, changes, by=self.actor, expected=self.expected
        )

    def delete(self) -> None:
        services.delete_group(self.tenant, self.obj.id, by=self.actor, expected=self.expected)
