"""Searching by POST: what a query string may not say aloud (RFC 7644, 3.4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Value
from django.http import HttpRequest, HttpResponse
from django_scim.constants import SchemaURI

from lib.documents import Document
from scim.errors import ScimError
from scim.lists import ListRequest, list_response
from scim.sorting import Order
from scim.views.base import ScimView, message_in, scim_json
from scim.views.listing import ListView
from scim.views.resources import GroupsView, ResourceView, UsersView


class Searching(ResourceView):
    """`POST /.search` (RFC 7644, 3.4.3): a list, asked for in a body."""

    of_all: tuple[str, ...] = ("post", "options")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer_list(request, asked_in(self.load_body(request.body)))


class UserSearchView(Searching, UsersView): ...


class GroupSearchView(Searching, GroupsView): ...


@dataclass(frozen=True)
class Kind:
    """What a search over all kinds finds of one of them, and in which order."""

    view: ListView
    found: Any
    order: Order


class RootSearchView(ScimView):
    """`POST /.search` at the base (RFC 7644, 3.4.2.1): users, then groups; sorted, as one list."""

    http_method_names: tuple[str, ...] = ("post", "options")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = asked_in(self.load_body(request.body))
        if asked.cursor is not None:
            sentence = "A cursor is for one kind of resource: send it to /Users/.search or /Groups/.search."
            raise ScimError(400, sentence, "invalidValue")
        kinds = found_of_each_kind(request, asked)
        read = read_sorted if asked.sorting.by else read_one_after_another
        resources, total = read(kinds, asked)
        return scim_json(list_response(resources, total=total, start=asked.start))


def asked_in(body: Document) -> ListRequest:
    return ListRequest.read(message_in(body, SchemaURI.SERACH_REQUEST))


def found_of_each_kind(request: HttpRequest, asked: ListRequest) -> list[Kind]:
    """An attribute that only another kind has is absent, and one that none has a mistake: FilterError."""
    views = [UsersView(), GroupsView()]
    schemas = [view.filters().schema for view in views]
    for view in views:
        view.setup(request)
    return [
        Kind(
            view,
            view.find(request, asked.filter, elsewhere=schemas),
            view.order(request, asked.sorting, elsewhere=schemas),
        )
        for view in views
    ]


def read_one_after_another(kinds: Sequence[Kind], asked: ListRequest) -> tuple[list[Document], int]:
    resources: list[Document] = []
    total, room = 0, asked.count
    for kind in kinds:
        first, here = max(0, asked.start - 1 - total), kind.found.count()
        if room and first < here:
            most = min(room, kind.view.longest_page(asked))
            read = kind.view.read(kind.found, kind.order, asked, slice(first, first + most))
            resources += read
            # Behind a kind that was cut short nothing follows on this page.
            room = room - len(read) if first + len(read) >= here else 0
        total += here
    return resources, total


def read_sorted(kinds: Sequence[Kind], asked: ListRequest) -> tuple[list[Document], int]:
    """One statement finds who is on the page, and one for each kind reads them."""
    asked = asked.at_most(min(kind.view.longest_page(asked) for kind in kinds))
    chosen = list(_places(kinds)[asked.window]) if asked.count else []
    read: dict[Any, Document] = {}
    for number, kind in enumerate(kinds):
        if ids := [id for id, of_kind, *_ in chosen if of_kind == number]:
            read |= kind.view.read_by_id(kind.found, asked, ids)
    return [read[id] for id, *_ in chosen if id in read], sum(kind.found.count() for kind in kinds)


def _places(kinds: Sequence[Kind]) -> Any:
    """Ids with the number of their kind, in one order."""
    first, *rest = (
        kind.order.keyed(kind.found)
        .annotate(of_kind=Value(number))
        .values_list("id", "of_kind", "sort_key", "created_at")
        for number, kind in enumerate(kinds)
    )
    return first.union(*rest, all=True).order_by(*kinds[0].order.terms)
