"""Searching by POST: what a query string may not say aloud (RFC 7644, 3.4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Value
from django.http import HttpRequest, HttpResponse
from django_scim.constants import SchemaURI

from lib.documents import Document
from scim.errors import ScimError
from scim.lists import ListRequest, index_page
from scim.sorting import Order
from scim.views.base import ScimView, message_in, scim_text
from scim.views.entitlements import EntitlementsView
from scim.views.listing import ListView
from scim.views.resources import GroupsView, ResourceView, UsersView


class Searching(ResourceView):
    """`POST /.search` (RFC 7644, 3.4.3): a list, asked for in a body."""

    of_all: tuple[str, ...] = ("post", "options")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer_list(request, asked_in(self.load_body(request.body)))


class UserSearchView(Searching, UsersView): ...


class GroupSearchView(Searching, GroupsView): ...


class EntitlementSearchView(Searching, EntitlementsView): ...


@dataclass(frozen=True)
class Kind:
    """What a search over all kinds finds of one of them, and in which order."""

    view: ListView
    found: Any
    order: Order

    def page(self, asked: ListRequest, first: int, most: int) -> tuple[list[str], int]:
        """`most` from `first` on, which counts from 0, and how many there are."""
        if asked.is_plain:
            return self.view.read_plain(asked, start=first, count=most)
        here = self.view.count(self.found, asked)
        window = slice(first, first + most)
        read = self.view.read(self.found, self.order, asked, window) if most and first < here else []
        return read, here


class RootSearchView(ScimView):
    """`POST /.search` at the base (RFC 7644, 3.4.2.1): users, groups, entitlements; sorted, as one list."""

    http_method_names: tuple[str, ...] = ("post", "options")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = asked_in(self.load_body(request.body))
        if asked.cursor is not None:
            sentence = "A cursor is for one kind of resource: send it to /Users/.search or /Groups/.search."
            raise ScimError(400, sentence, "invalidValue")
        kinds = found_of_each_kind(request, asked)
        read = read_sorted if asked.sorting.by else read_one_after_another
        resources, total = read(kinds, asked)
        return scim_text(index_page(resources, total=total, start=asked.start))


def asked_in(body: Document) -> ListRequest:
    return ListRequest.read(message_in(body, SchemaURI.SERACH_REQUEST))


def found_of_each_kind(request: HttpRequest, asked: ListRequest) -> list[Kind]:
    """An attribute that only another kind has is absent, and one that none has a mistake: FilterError."""
    views = [UsersView(), GroupsView(), EntitlementsView()]
    for view in views:
        view.setup(request)
    schemas = [view.schema(request) for view in views]
    return [
        Kind(
            view,
            view.find(request, asked.filter, elsewhere=schemas),
            view.order(request, asked.sorting, elsewhere=schemas),
        )
        for view in views
    ]


def read_one_after_another(kinds: Sequence[Kind], asked: ListRequest) -> tuple[list[str], int]:
    resources: list[str] = []
    total, room = 0, asked.count
    for kind in kinds:
        first, most = max(0, asked.start - 1 - total), min(room, kind.view.longest_page(asked))
        read, here = kind.page(asked, first, most)
        resources += read
        # Behind a kind that was cut short nothing follows on this page.
        room = room - len(read) if first + len(read) >= here else 0
        total += here
    return resources, total


def read_sorted(kinds: Sequence[Kind], asked: ListRequest) -> tuple[list[str], int]:
    """One statement finds who is on the page, and one for each kind reads them."""
    asked = asked.at_most(min(kind.view.longest_page(asked) for kind in kinds))
    chosen = list(_places(kinds)[asked.window]) if asked.count else []
    read: dict[Any, str] = {}
    for number, kind in enumerate(kinds):
        if ids := [id for id, of_kind, *_ in chosen if of_kind == number]:
            read |= kind.view.read_by_id(kind.found, asked, ids)
    return [read[id] for id, *_ in chosen if id in read], sum(
        kind.view.count(kind.found, asked) for kind in kinds
    )


def _places(kinds: Sequence[Kind]) -> Any:
    """Ids with the number of their kind, in one order."""
    first, *rest = (
        kind.order.keyed(kind.found)
        .annotate(of_kind=Value(number))
        .values_list("id", "of_kind", "sort_key", "created_at")
        for number, kind in enumerate(kinds)
    )
    order = replace(kinds[0].order, everybody=all(kind.order.everybody for kind in kinds))
    return first.union(*rest, all=True).order_by(*order.terms)
