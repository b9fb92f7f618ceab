"""Searching by POST: what a query string may not say aloud (RFC 7644, 3.4.3)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django_scim.constants import SchemaURI

from lib.documents import Document
from lib.filters import FilterError
from scim.errors import ScimError
from scim.lists import ListRequest, list_response
from scim.views.base import ScimView, message_in, scim_json
from scim.views.entitlements import EntitlementsView
from scim.views.resources import GroupsView, ResourceView, UsersView


class Searching(ResourceView):
    """`POST /.search` (RFC 7644, 3.4.3): a list, asked for in a body."""

    of_all: tuple[str, ...] = ("post", "options")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer_list(request, asked_in(self.load_body(request.body)))


class UserSearchView(Searching, UsersView): ...


class GroupSearchView(Searching, GroupsView): ...


class EntitlementSearchView(Searching, EntitlementsView): ...


class RootSearchView(ScimView):
    """`POST /.search` at the base (RFC 7644, 3.4.2.1): users, groups and entitlements as one list."""

    http_method_names: tuple[str, ...] = ("post", "options")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = asked_in(self.load_body(request.body))
        if asked.cursor is not None:
            sentence = "A cursor is for one kind of resource: send it to /Users/.search or /Groups/.search."
            raise ScimError(400, sentence, "invalidValue")
        resources: list[Document] = []
        total = 0
        for view, found in found_of_each_kind(request, asked.filter):
            first, wanted = max(0, asked.start - 1 - total), asked.count - len(resources)
            here = found.count()
            if wanted and first < here:
                resources += view.read(found, asked, slice(first, first + wanted))
            total += here
        return scim_json(list_response(resources, total=total, start=asked.start))


def asked_in(body: Document) -> ListRequest:
    return ListRequest.read(message_in(body, SchemaURI.SERACH_REQUEST))


def found_of_each_kind(request: HttpRequest, query: str) -> list[tuple[ResourceView, Any]]:
    """An attribute that a kind does not have matches none of it. Raises FilterError if no kind can say."""
    found: list[tuple[ResourceView, Any]] = []
    refusals: list[FilterError] = []
    for kind in (UsersView, GroupsView, EntitlementsView):
        view = kind()
        view.setup(request)
        try:
            found.append((view, view.find(request, query)))
        except FilterError as error:
            refusals.append(error)
    if not found:
        raise refusals[0]
    return found
