"""Users and groups: reading, writing, patching and listing them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django_scim import views as base
from django_scim.constants import SchemaURI

from directory.documents import version_tag
from directory.services.versions import expect
from lib.documents import Document
from scim.adapters import GroupAdapter
from scim.errors import ScimError
from scim.lookups import row_with_id
from scim.preconditions import Preconditions
from scim.projection import Projection
from scim.reach import require_active
from scim.views.base import message_in, scim_text
from scim.views.listing import GroupList, ListView, UserList

# Above this many members a group is not sent back after a PATCH: 204 is as good an answer (RFC 7644, 3.5.2).
MEMBERS_SENT_BACK = 1000


class ResourceView(ListView):
    """What users and groups have in common."""

    of_all: tuple[str, ...] = ("get", "head", "post", "options")
    of_one: tuple[str, ...] = ("get", "head", "put", "patch", "delete", "options")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """One view serves both addresses; what can be done differs (RFC 7644, 3.2)."""
        super().setup(request, *args, **kwargs)
        self.http_method_names = self.of_one if kwargs.get("uuid") else self.of_all

    def get_object(self) -> Any:
        """The living resource of the request's tenant. Raises NotFound."""
        values = row_with_id(self.model_cls, self.request.tenant, self.all_columns(), self.kwargs["uuid"])
        return self.resource_of(values)

    def get_single(self, request: HttpRequest) -> HttpResponse:
        """Preconditions come last, as they say nothing of a request that is refused (RFC 9110, 13.2.1)."""
        adapter = self.scim_adapter(self.get_object(), request=request)
        projection = Projection.read(request.GET)
        asked = Preconditions.read(request.headers)
        expect(adapter.obj, asked.allow_reading)
        # The mark of others costs a statement, which only a client of this version makes worth while.
        if asked.know_version(adapter.obj.version) and asked.know(tag := adapter.tag(projection)):
            return HttpResponseNotModified(headers={"ETag": tag})
        return resource_response(adapter, projection)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer_written(self.model_cls(), status=201)

    def put(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer_written(self.get_object())

    def answer_written(self, resource: Any, status: int = 200) -> HttpResponse:
        """Put what was sent in the place of what is there, which is nothing yet for a new one."""
        projection = Projection.read(self.request.GET)
        adapter = self.scim_adapter(resource, request=self.request)
        adapter.validate_dict(self.load_body(self.request.body))
        adapter.save()
        return resource_response(adapter, projection, status)

    def patch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """RFC 7644 3.5.2. No operations change nothing; anything that is not understood is refused."""
        projection = Projection.read(request.GET)
        adapter = self.scim_adapter(self.get_object(), request=request)
        adapter.handle_operations(operations_in(self.load_body(request.body)))
        return self.answer_patch(adapter, projection)

    def answer_patch(self, adapter: Any, projection: Projection) -> HttpResponse:
        return resource_response(adapter, projection)


class UsersView(UserList, ResourceView, base.UsersView):
    def check_reach(self, request: Any) -> None:
        """A credential of one user is at home here too: the locations that it is told lead here."""
        if self.kwargs.get("uuid") != str(request.bound_to):
            super().check_reach(request)

    def get_object(self) -> Any:
        """Raises NotFound, and ScimError if it is a deactivated user who asks."""
        user = super().get_object()
        require_active(self.request, user.active)
        return user


class GroupsView(GroupList, ResourceView, base.GroupsView):
    def answer_patch(self, adapter: GroupAdapter, projection: Projection) -> HttpResponse:
        # No more are counted than decide it, however large the group is.
        if adapter.obj.memberships.all()[: MEMBERS_SENT_BACK + 1].count() > MEMBERS_SENT_BACK:
            return HttpResponse(status=204, headers={"ETag": version_tag(adapter.obj)})
        return super().answer_patch(adapter, projection)


def resource_response(adapter: Any, projection: Projection, status: int = 200) -> HttpResponse:
    """One resource, where it is, and which version of it."""
    response = scim_text(adapter.to_text(projection), status)
    response["Location"] = adapter.location
    response["ETag"] = adapter.tag(projection)
    return response


def operations_in(body: Document) -> object:
    fields = message_in(body, SchemaURI.PATCH_OP)
    if "Operations" not in fields:
        raise ScimError(400, "Operations is missing: send a list of operations.", "invalidSyntax")
    return fields["Operations"]
