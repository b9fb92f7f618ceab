"""Searching by POST: what a query string may not say aloud (RFC 7644, 3.4.3)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django_scim.constants import SchemaURI

from lib.documents import Document
from scim.lists import ListRequest
from scim.views.base import message_in
from scim.views.resources import GroupsView, ResourceView, UsersView


class Searching(ResourceView):
    """`POST /.search` (RFC 7644, 3.4.3): a list, asked for in a body."""

    of_all: tuple[str, ...] = ("post", "options")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        body: Document = self.load_body(request.body)
        asked = ListRequest.read(message_in(body, SchemaURI.SERACH_REQUEST))
        return self.answer_list(request, asked)


class UserSearchView(Searching, UsersView): ...


class GroupSearchView(Searching, GroupsView): ...
