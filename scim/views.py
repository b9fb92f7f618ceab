"""django-scim2's views with our engine behind them: one mixin does what all of them need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View
from django_scim import views as base
from django_scim.constants import SCIM_CONTENT_TYPE, SchemaURI
from django_scim.settings import scim_settings

from lib.documents import Document, canonical_names, parse
from scim import discovery
from scim.adapters import GroupAdapter
from scim.errors import ScimError, translated
from scim.hooks import resource_id
from scim.lists import ListRequest, list_response
from scim.references import prefetch_groups, prefetch_members
from scim.refusals import note_refusal

# Above this many members a group is not sent back after a PATCH: 204 is as good an answer (RFC 7644, 3.5.2).
MEMBERS_SENT_BACK = 1000
# A page of groups with their members may be shorter than asked for (RFC 7644, 3.4.2.4): members add up.
GROUPS_WITH_MEMBERS = 100
_FIELDS = ("schemas", "Operations", "filter", "startIndex", "count", "attributes", "excludedAttributes")
MESSAGE_FIELDS = {name.lower(): name for name in _FIELDS}


def scim_json(document: Document, status: int = 200) -> JsonResponse:
    return JsonResponse(document, status=status, content_type=SCIM_CONTENT_TYPE)


class ScimView(base.SCIMView):
    """Authentication around, one translation of errors within, strict JSON, SCIM's own 405 and 501."""

    # django-scim2's views leave HEAD out, which RFC 9110 (9.1) makes part of every GET.
    http_method_names: tuple[str, ...] = ("get", "head", "post", "put", "patch", "delete", "options")

    # The decorators are repeated because overriding `dispatch` would lose those of django-scim2.
    @method_decorator(csrf_exempt)
    @method_decorator(scim_settings.AUTH_CHECK_MIDDLEWARE)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Unlike django-scim2's, it lets a broken view break: the server's log gets the trace."""
        with translated() as answer:
            if not self.implemented:
                raise ScimError(
                    501, "This part of SCIM is not supported. /ServiceProviderConfig lists what is."
                )
            answer.response = cast(HttpResponse, View.dispatch(self, request, *args, **kwargs))
        if answer.refused:
            note_refusal(request, answer.refused)
        return answer.response

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        allowed = ", ".join(self._allowed_methods())
        sentence = f"{request.method} is not possible here. Use {allowed}."
        raise ScimError(405, sentence, headers={"Allow": allowed})

    def load_body(self, body: bytes) -> Document:
        """Raises DocumentError if the body is no JSON object."""
        document = parse(body)
        if not isinstance(document, dict):
            raise ScimError(400, "The body must be a JSON object.", "invalidSyntax")
        return document


class NotFoundView(ScimView):
    """Every other address below the base answers in SCIM, and only to those who may ask."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise ScimError(404, f"There is nothing at {request.path}. Resources are at /Users and /Groups.")

    post = put = patch = delete = options = get


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

    def get_many(self, request: HttpRequest) -> HttpResponse:
        return self.answer_list(request, ListRequest.read(request.GET))

    def answer_list(self, request: HttpRequest, asked: ListRequest) -> HttpResponse:
        found = self.find(request, asked.filter)
        total = found.count()
        page = list(found.order_by("created_at", "id")[asked.window]) if asked.count else []
        self.prefetch(page, asked)
        resources = [self.scim_adapter(row, request=request).to_dict(asked.projection) for row in page]
        return scim_json(list_response(resources, total=total, start=asked.start))

    def find(self, request: Any, query: str) -> Any:
        if query:
            return self.__class__.parser_getter().search(query, request)
        return self.model_cls.objects.filter(tenant=request.tenant).living()

    def prefetch(self, page: list[Any], asked: ListRequest) -> None:
        raise NotImplementedError

    def patch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """RFC 7644 3.5.2. No operations change nothing; anything that is not understood is refused."""
        adapter = self.scim_adapter(self.get_object(), request=request)
        adapter.handle_operations(operations_in(self.load_body(request.body)))
        return self.answer_patch(adapter)

    def answer_patch(self, adapter: Any) -> HttpResponse:
        response = scim_json(adapter.to_dict())
        response["Location"] = adapter.location
        return response


def operations_in(body: Document) -> object:
    fields = message_in(body, SchemaURI.PATCH_OP)
    if "Operations" not in fields:
        raise ScimError(400, "Operations is missing: send a list of operations.", "invalidSyntax")
    return fields["Operations"]


def message_in(body: Document, urn: str) -> Document:
    """The fields of a message, whose names are compared without regard to case like every attribute's."""
    fields = canonical_names(body, lambda name: MESSAGE_FIELDS.get(name.lower()), "The body")
    schemas = fields.get("schemas", [urn])
    if not isinstance(schemas, list) or urn not in schemas:
        raise ScimError(400, f"schemas must be [{urn!r}] in this request.", "invalidSyntax")
    return fields


class UsersView(ResourceView, base.UsersView):
    def prefetch(self, page: list[Any], asked: ListRequest) -> None:
        if asked.projection.wants("groups"):
            prefetch_groups(page)


class GroupsView(ResourceView, base.GroupsView):
    def answer_list(self, request: HttpRequest, asked: ListRequest) -> HttpResponse:
        if asked.projection.wants("members"):
            asked = replace(asked, count=min(asked.count, GROUPS_WITH_MEMBERS))
        return super().answer_list(request, asked)

    def prefetch(self, page: list[Any], asked: ListRequest) -> None:
        if asked.projection.wants("members"):
            prefetch_members(page)

    def answer_patch(self, adapter: GroupAdapter) -> HttpResponse:
        # No more are counted than decide it, however large the group is.
        if adapter.obj.memberships.all()[: MEMBERS_SENT_BACK + 1].count() > MEMBERS_SENT_BACK:
            return HttpResponse(status=204)
        return super().answer_patch(adapter)


class Searching(ResourceView):
    """`POST /.search` (RFC 7644, 3.4.3): a list, asked for in a body."""

    of_all: tuple[str, ...] = ("post", "options")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        body: Document = self.load_body(request.body)
        asked = ListRequest.read(message_in(body, SchemaURI.SERACH_REQUEST))
        return self.answer_list(request, asked)


class UserSearchView(Searching, UsersView): ...


class GroupSearchView(Searching, GroupsView): ...


class ServiceProviderConfigView(ScimView, base.ServiceProviderConfigView): ...


class ResourceTypesView(ScimView, base.ResourceTypesView):
    def get(self, request: HttpRequest, uuid: str | None = None, *args: Any, **kwargs: Any) -> HttpResponse:
        types = self.type_dict_by_type_id(request)
        return answer_discovery(types, uuid)


class SchemasView(ScimView, base.SchemasView):
    def get(self, request: HttpRequest, uuid: str | None = None, *args: Any, **kwargs: Any) -> HttpResponse:
        found = {
            urn: discovery.with_meta(schema, "Schema", "scim:schemas", request)
            for urn, schema in self.schemas_by_uri.items()
        }
        return answer_discovery(found, uuid)


def answer_discovery(documents: Mapping[str, Document], key: str | None) -> HttpResponse:
    """All of them, or the one that is asked for; neither is paged or filtered (RFC 7644, 4)."""
    if key is None:
        return scim_json(list_response(list(documents.values()), total=len(documents), start=1))
    if key not in documents:
        raise ScimError(404, f"There is no {key} here.")
    return scim_json(documents[key])
