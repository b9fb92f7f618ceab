"""Pages of users and groups: by index (RFC 7644, 3.4.2.4) and by cursor (RFC 9865)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from directory.models import User
from directory.schemas import user_schema
from directory.tallies import living
from lib.schema import ResourceSchema
from lib.statements import names_of, row_of
from scim.cursors import read_cursor, write_cursor
from scim.filters import ResourceFilter
from scim.lists import ListRequest, cursor_page, index_page
from scim.lookups import look_up
from scim.references import groups_in, read_members, with_groups
from scim.sorting import Order, Place, Sorting
from scim.stored import as_stored, stored_columns, stored_of, stored_texts
from scim.views.base import ScimView, scim_text
from scim.windows import read_window

# A page of groups with their members may be shorter than asked for (RFC 7644, 3.4.2.4): members add up.
GROUPS_WITH_MEMBERS = 100


class ListView(ScimView):
    """A list of one kind of resource, whose resources are written as JSON texts."""

    def get_many(self, request: HttpRequest) -> HttpResponse:
        return self.answer_list(request, ListRequest.read(request.GET))

    def answer_list(self, request: HttpRequest, asked: ListRequest) -> HttpResponse:
        asked = asked.at_most(self.longest_page(asked))
        if asked.cursor is not None:
            return scim_text(self.page_by_cursor(request, asked))
        if asked.is_plain:
            resources, total = self.read_plain(asked, start=asked.start - 1, count=asked.count)
        elif by := self.looked_up(request, asked):
            resources, total = self.read_looked_up(request, asked, by)
        else:
            resources, total = self.read_found(request, asked)
        return scim_text(index_page(resources, total=total, start=asked.start))

    def read_plain(self, asked: ListRequest, *, start: int, count: int) -> tuple[list[str], int]:
        """Of all there are, the oldest first, with their number; `start` counts from 0."""
        columns = self.columns(asked)
        page = read_window(self.model_cls, self.request.tenant, columns, start=start, count=count)
        return self.texts([self.row_of(values, asked) for values in page.rows], asked), page.total

    def looked_up(self, request: HttpRequest, asked: ListRequest) -> tuple[str, str] | None:
        return None if asked.sorting.by else self.filters().of(request).looked_up(asked.filter)

    def read_looked_up(
        self, request: HttpRequest, asked: ListRequest, by: tuple[str, str]
    ) -> tuple[list[str], int]:
        """By one column, which most often finds one or none."""
        columns, start = self.columns(asked), asked.start - 1
        found = look_up(self.model_cls, self.request.tenant, columns, by, start=start, count=asked.count)
        total = asked.total(len(found))
        total = self.find(request, asked.filter).count() if total is None else total
        return self.texts([self.row_of(values, asked) for values in found], asked), total

    def read_found(self, request: HttpRequest, asked: ListRequest) -> tuple[list[str], int]:
        found, order = self.find(request, asked.filter), self.order(request, asked.sorting)
        resources = self.read(found, order, asked, asked.window) if asked.count else []
        total = asked.total(len(resources))
        return resources, self.count(found, asked) if total is None else total

    def page_by_cursor(self, request: HttpRequest, asked: ListRequest) -> str:
        found, order = self.find(request, asked.filter), self.order(request, asked.sorting)
        listed = self.listed(asked)
        rest = order.keyed(found)
        if asked.cursor:
            rest = rest.filter(order.behind(read_cursor(asked.cursor, listed)))
        # One more than is shown tells whether there is a page behind this one.
        rows = self.rows(rest.order_by(*order.terms), asked)
        page = list(rows[: asked.count + 1]) if asked.count else []
        shown = page[: asked.count]
        following = write_cursor(Place.of(shown[-1]), listed) if len(page) > len(shown) else None
        resources = self.texts(shown, asked)
        return cursor_page(resources, total=self.count(found, asked), following=following)

    def read(self, found: Any, order: Order, asked: ListRequest, window: slice) -> list[str]:
        """What is in the window of all that was found. Nothing is read of what is skipped but its place."""
        ordered = order.keyed(found).order_by(*order.terms)
        if window.start:
            chosen = self.model_cls.objects.filter(id__in=ordered.values("id")[window])
            ordered, window = order.keyed(chosen).order_by(*order.terms), slice(None)
        return self.texts(list(self.rows(ordered, asked)[window]), asked)

    def read_by_id(self, found: Any, asked: ListRequest, ids: Sequence[Any]) -> dict[Any, str]:
        """Those of them that are still found."""
        rows = list(self.rows(found.filter(id__in=ids), asked))
        return {row.id: text for row, text in zip(rows, self.texts(rows, asked), strict=True)}

    def count(self, found: Any, asked: ListRequest) -> int:
        if asked.filter:
            number: int = found.count()
            return number
        return living(self.model_cls, self.request.tenant)

    def listed(self, asked: ListRequest) -> str:
        """What a cursor is for. How the key of an order compares is the schema's to say."""
        tenant = self.request.tenant
        version = tenant.schema_version if asked.sorting.by else ""
        return f"{tenant.id} {version} {self.name} {asked.listed}"

    @property
    def name(self) -> str:
        """What is listed."""
        return self.model_cls.__name__  # type: ignore[no-any-return]

    def schema(self, request: HttpRequest) -> ResourceSchema:
        return self.filters().of(request).schema

    def filters(self) -> type[ResourceFilter]:
        found: type[ResourceFilter] = self.__class__.parser_getter()
        return found

    def find(self, request: Any, query: str, elsewhere: Sequence[ResourceSchema] = ()) -> Any:
        return self.filters().of(request, elsewhere).among(request.tenant, query)

    def order(
        self, request: HttpRequest, sorting: Sorting, elsewhere: Sequence[ResourceSchema] = ()
    ) -> Order:
        return sorting.order(self.model_cls, self.filters().of(request, elsewhere).sort_key)

    def longest_page(self, asked: ListRequest) -> int:
        return asked.count

    def rows(self, found: Any, asked: ListRequest) -> Any:
        """With what `texts` needs beside them, by the same statement."""
        return found

    def columns(self, asked: ListRequest) -> str:
        """The same in SQL, of a row `r`; `row_of` reads them."""
        return self.all_columns()

    def row_of(self, values: Sequence[Any], asked: ListRequest) -> Any:
        return self.resource_of(values)

    def all_columns(self) -> str:
        """Of a row `r`, for a resource that may be changed; `resource_of` reads them."""
        return names_of(self.model_cls, "r")

    def resource_of(self, values: Sequence[Any]) -> Any:
        return row_of(self.model_cls, values)

    def texts(self, rows: Sequence[Any], asked: ListRequest) -> list[str]:
        adapters = [self.scim_adapter(row, request=self.request) for row in rows]
        return [adapter.to_text(asked.projection) for adapter in adapters]


class UserList(ListView):
    def takes_all(self, asked: ListRequest) -> bool:
        """Whether users are answered as they are stored."""
        return asked.projection.takes_all(user_schema(self.request.tenant))

    def rows(self, found: Any, asked: ListRequest) -> Any:
        if self.takes_all(asked):
            return as_stored(found)
        return with_groups(found) if asked.projection.wants("groups") else found

    def columns(self, asked: ListRequest) -> str:
        return stored_columns() if self.takes_all(asked) else super().columns(asked)

    def row_of(self, values: Sequence[Any], asked: ListRequest) -> Any:
        return stored_of(values) if self.takes_all(asked) else super().row_of(values, asked)

    def all_columns(self) -> str:
        return f"{super().all_columns()}, {groups_in('r')}"

    def resource_of(self, values: Sequence[Any]) -> Any:
        *columns, groups = values
        user = row_of(User, columns)
        user.read_groups = groups
        return user

    def texts(self, rows: Sequence[Any], asked: ListRequest) -> list[str]:
        if self.takes_all(asked):
            return stored_texts(rows, self.request)
        return super().texts(rows, asked)


class GroupList(ListView):
    def longest_page(self, asked: ListRequest) -> int:
        return GROUPS_WITH_MEMBERS if asked.projection.wants("members") else asked.count

    def texts(self, rows: Sequence[Any], asked: ListRequest) -> list[str]:
        if asked.projection.wants("members"):
            read_members(rows, self.request)
        return super().texts(rows, asked)
