"""Pages of users and groups: by index (RFC 7644, 3.4.2.4) and by cursor (RFC 9865)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from directory.models import User
from lib.documents import Document
from lib.schema import ResourceSchema
from lib.statements import names_of, row_of
from scim.cursors import read_cursor, write_cursor
from scim.filters import ResourceFilter
from scim.lists import ListRequest, cursor_response, list_response
from scim.lookups import look_up
from scim.projection import Projection
from scim.references import groups_in, prefetch_members, with_groups
from scim.sorting import Order, Place, Sorting
from scim.views.base import ScimView, scim_json
from scim.windows import read_window

# A page of groups with their members may be shorter than asked for (RFC 7644, 3.4.2.4): members add up.
GROUPS_WITH_MEMBERS = 100


class ListView(ScimView):
    """A list of one kind of resource."""

    def get_many(self, request: HttpRequest) -> HttpResponse:
        return self.answer_list(request, ListRequest.read(request.GET))

    def answer_list(self, request: HttpRequest, asked: ListRequest) -> HttpResponse:
        asked = asked.at_most(self.longest_page(asked))
        if asked.is_plain:
            resources, total = self.read_plain(asked)
        elif by := self.looked_up(request, asked):
            resources, total = self.read_looked_up(request, asked, by)
        else:
            resources, total = self.read_found(request, asked)
        return scim_json(list_response(resources, total=total, start=asked.start))

    def read_plain(self, asked: ListRequest) -> tuple[list[Document], int]:
        """Of all there are, the oldest first."""
        found = read_window(
            self.model_cls,
            self.request.tenant,
            names_of(self.model_cls, "r") + self.columns_beside(asked.projection),
            start=asked.start - 1,
            count=asked.count,
        )
        return self.rendered([self.row_of(values) for values in found.rows], asked), found.total

    def looked_up(self, request: HttpRequest, asked: ListRequest) -> tuple[str, str] | None:
        return None if asked.sorting.by else self.filters().of(request).looked_up(asked.filter)

    def read_looked_up(
        self, request: HttpRequest, asked: ListRequest, by: tuple[str, str]
    ) -> tuple[list[Document], int]:
        """By one column, which most often finds one or none."""
        columns = names_of(self.model_cls, "r") + self.columns_beside(asked.projection)
        found = look_up(self.model_cls, self.request.tenant, columns, by, start=asked.start - 1, count=asked.count)
        total = asked.total(len(found))
        total = self.find(request, asked.filter).count() if total is None else total
        return self.rendered([self.row_of(values) for values in found], asked), total

    def read_found(self, request: HttpRequest, asked: ListRequest) -> tuple[list[Document], int]:
        found, order = self.find(request, asked.filter), self.order(request, asked.sorting)
        resources = self.read(found, order, asked, asked.window) if asked.count else []
        total = asked.total(len(resources))
        return resources, found.count() if total is None else total

    def answer_by_cursor(self, asked: ListRequest, found: Any, order: Order) -> HttpResponse:
        asked = asked.at_most(self.longest_page(asked))
        listed = f"{self.request.tenant.id} {self.model_cls.__name__} {asked.listed}"
        rest = order.keyed(found)
        if asked.cursor:
            rest = rest.filter(order.behind(read_cursor(asked.cursor, listed)))
        # One more than is shown tells whether there is a page behind this one.
        page = list(self.beside(rest.order_by(*order.terms), asked)[: asked.count + 1]) if asked.count else []
        shown = page[: asked.count]
        following = write_cursor(Place.of(shown[-1]), listed) if len(page) > len(shown) else None
        resources = self.rendered(shown, asked)
        return scim_json(cursor_response(resources, total=found.count(), following=following))

    def read(self, found: Any, order: Order, asked: ListRequest, window: slice) -> list[Document]:
        """What is in the window of all that was found."""
        rows = self.beside(order.keyed(found).order_by(*order.terms), asked)
        return self.rendered(list(rows[window]), asked)

    def read_by_id(self, found: Any, asked: ListRequest, ids: Sequence[Any]) -> dict[Any, Document]:
        """Those of them that are still found."""
        rows = list(self.beside(found.filter(id__in=ids), asked))
        return {row.id: document for row, document in zip(rows, self.rendered(rows, asked), strict=True)}

    def rendered(self, page: list[Any], asked: ListRequest) -> list[Document]:
        self.prefetch(page, asked)
        return [self.scim_adapter(row, request=self.request).to_dict(asked.projection) for row in page]

    def filters(self) -> type[ResourceFilter]:
        found: type[ResourceFilter] = self.__class__.parser_getter()
        return found

    def find(self, request: Any, query: str, elsewhere: Sequence[ResourceSchema] = ()) -> Any:
        living = self.model_cls.objects.filter(tenant=request.tenant).living()
        return self.filters().of(request, elsewhere).among(living, query)

    def order(
        self, request: HttpRequest, sorting: Sorting, elsewhere: Sequence[ResourceSchema] = ()
    ) -> Order:
        return sorting.order(self.filters().of(request, elsewhere).sort_key)

    def longest_page(self, asked: ListRequest) -> int:
        return asked.count

    def beside(self, found: Any, asked: ListRequest) -> Any:
        """The rows with what comes by the same statement."""
        return found

    def columns_beside(self, projection: Projection) -> str:
        """The same in SQL, behind the columns of the row, which is `r`."""
        return ""

    def row_of(self, values: Sequence[Any]) -> Any:
        return row_of(self.model_cls, values)

    def prefetch(self, page: list[Any], asked: ListRequest) -> None:
        """What a page needs beside its rows, by one statement."""


class UserList(ListView):
    def beside(self, found: Any, asked: ListRequest) -> Any:
        return with_groups(found) if asked.projection.wants("groups") else found

    def columns_beside(self, projection: Projection) -> str:
        return f", {groups_in('r')}" if projection.wants("groups") else ""

    def row_of(self, values: Sequence[Any]) -> Any:
        width = len(User._meta.concrete_fields)
        user = row_of(User, values[:width])
        if values[width:]:
            user.read_groups = values[width]  # type: ignore[attr-defined]  # as `with_groups` does
        return user


class GroupList(ListView):
    def longest_page(self, asked: ListRequest) -> int:
        return GROUPS_WITH_MEMBERS if asked.projection.wants("members") else asked.count

    def prefetch(self, page: list[Any], asked: ListRequest) -> None:
        if asked.projection.wants("members"):
            prefetch_members(page)
