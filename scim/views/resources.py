"""Users and groups: reading, writing, patching and listing them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django_scim import views as base
from django_scim.constants import SchemaURI

from directory.services.versions import expect
from lib.documents import Document
from scim.adapters import GroupAdapter
from scim.cursors import Cursor
from scim.errors import ScimError
from scim.hooks import resource_id
from scim.lists import ListRequest, cursor_response, list_response
from scim.preconditions import Preconditions
from scim.projection import Projection
from scim.references import prefetch_members, with_groups
from scim.views.base import ScimView, message_in, scim_json

# Above this many members a group is not sent back after a PATCH: 204 is as good an answer (RFC 7644, 3.5.2).
MEMBERS_SENT_BACK = 1000
# A page of groups with their members may be shorter than asked for (RFC 7644, 3.4.2.4): members add up.
GROUPS_WITH_MEMBERS = 100


class ResourceView(ScimView):
    """What users and groups have in common."""

    of_all: tuple[str, ...] = ("get", "head", "post", "options")
    of_one: tuple[str, ...] = ("get", "head", "put", "patch", "delete", "options")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """One view serves both addresses; what can be done differs (RFC 7644, 3.2)."""
        super().setup(request, *args, **kwargs)
        self.http_method_names = self.of_one if kwargs.get("uuid") else self.of_all

    def get_object(self) -> Any:
        """The living resource of the request's tenant. Raises NotFound."""
        living = self.model_cls.objects.filter(tenant=self.request.tenant).living()
        return living.get(id=resource_id(self.kwargs["uuid"]))

    def get_single(self, request: HttpRequest) -> HttpResponse:
        """Preconditions come last, as they say nothing of a request that is refused (RFC 9110, 13.2.1)."""
        adapter = self.scim_adapter(self.get_object(), request=request)
        projection = Projection.read(request.GET)
        asked = Preconditions.read(request.headers)
        expect(adapter.obj, asked.allow_reading)
        if asked.know(adapter.obj.version):
            return HttpResponseNotModified(headers={"ETag": adapter.etag})
        return resource_response(adapter, projection=projection)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer_written(self.model_cls(), status=201)

    def put(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer_written(self.get_object())

    def answer_written(self, resource: Any, status: int = 200) -> HttpResponse:
        """Put what was sent in the place of what is there, which is nothing yet for a new one."""
        adapter = self.scim_adapter(resource, request=self.request)
        # Read first: what can't be answered as asked for is not done either.
        projection = Projection.read(self.request.GET)
        adapter.validate_dict(self.load_body(self.request.body))
        adapter.save()
        return resource_response(adapter, status, projection=projection)

    def get_many(self, request: HttpRequest) -> HttpResponse:
        return self.answer_list(request, ListRequest.read(request.GET))

    def answer_list(self, request: HttpRequest, asked: ListRequest) -> HttpResponse:
        found = self.find(request, asked.filter)
        if asked.cursor is not None:
            return self.answer_by_cursor(asked, found)
        resources = self.read(found, asked, asked.window) if asked.count else []
        total = asked.total(len(resources))
        total = found.count() if total is None else total
        return scim_json(list_response(resources, total=total, start=asked.start))

    def answer_by_cursor(self, asked: ListRequest, found: Any) -> HttpResponse:
        rest = found.filter(Cursor.read(asked.cursor).following) if asked.cursor else found
        # One more than is shown tells whether there is a page behind this one.
        page = list(self.in_order(rest, asked)[: asked.count + 1]) if asked.count else []
        shown = page[: asked.count]
        following = str(Cursor.behind(shown[-1])) if len(page) > len(shown) else None
        resources = self.rendered(shown, asked)
        return scim_json(cursor_response(resources, total=found.count(), following=following))

    def read(self, found: Any, asked: ListRequest, window: slice) -> list[Document]:
        """What is in the window of all that was found, the oldest first."""
        return self.rendered(list(self.in_order(found, asked)[window]), asked)

    def in_order(self, found: Any, asked: ListRequest) -> Any:
        """The oldest first: whoever is created while a client reads comes at the end."""
        return found.order_by("created_at", "id")

    def rendered(self, page: list[Any], asked: ListRequest) -> list[Document]:
        self.prefetch(page, asked)
        return [self.scim_adapter(row, request=self.request).to_dict(asked.projection) for row in page]

    def find(self, request: Any, query: str) -> Any:
        if query:
            return self.__class__.parser_getter().search(query, request)
        return self.model_cls.objects.filter(tenant=request.tenant).living()

    def prefetch(self, page: list[Any], asked: ListRequest) -> None:
        """What a page needs beside its rows, by one statement."""

    def patch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """RFC 7644 3.5.2. No operations change nothing; anything that is not understood is refused."""
        adapter = self.scim_adapter(self.get_object(), request=request)
        Projection.read(request.GET)
        adapter.handle_operations(operations_in(self.load_body(request.body)))
        return self.answer_patch(adapter)

    def answer_patch(self, adapter: Any) -> HttpResponse:
        return resource_response(adapter)


class UsersView(ResourceView, base.UsersView):
    def in_order(self, found: Any, asked: ListRequest) -> Any:
        found = super().in_order(found, asked)
        return with_groups(found) if asked.projection.wants("groups") else found


class GroupsView(ResourceView, base.GroupsView):
    def answer_list(self, request: HttpRequest, asked: ListRequest) -> HttpResponse:
        if asked.projection.wants("members"):
            asked = replace(asked, count=min(asked.count, GROUPS_WITH_MEMBERS))
        return super().answer_list(request, asked)

    def read(self, found: Any, asked: ListRequest, window: slice) -> list[Document]:
        if asked.projection.wants("members"):
            window = slice(window.start, min(window.stop, window.start + GROUPS_WITH_MEMBERS))
        return super().read(found, asked, window)

    def prefetch(self, page: list[Any], asked: ListRequest) -> None:
        if asked.projection.wants("members"):
            prefetch_members(page)

    def answer_patch(self, adapter: GroupAdapter) -> HttpResponse:
        # No more are counted than decide it, however large the group is.
        if adapter.obj.memberships.all()[: MEMBERS_SENT_BACK + 1].count() > MEMBERS_SENT_BACK:
            return HttpResponse(status=204, headers={"ETag": adapter.etag})
        return super().answer_patch(adapter)


def resource_response(
    adapter: Any, status: int = 200, *, projection: Projection | None = None
) -> HttpResponse:
    """One resource, where it is, and which version of it."""
    response = scim_json(adapter.to_dict(projection), status)
    response["Location"] = adapter.location
    response["ETag"] = adapter.etag
    return response


def operations_in(body: Document) -> object:
    fields = message_in(body, SchemaURI.PATCH_OP)
    if "Operations" not in fields:
        raise ScimError(400, "Operations is missing: send a list of operations.", "invalidSyntax")
    return fields["Operations"]
