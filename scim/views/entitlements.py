"""Roles and other entitlements: lists and single ones, to be read (Okta's entitlement discovery)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django_scim import views as base

from directory.catalogue import ENTITLEMENT, ROLE, Entitlement
from directory.errors import NotFound
from lib.schema import ResourceSchema
from scim.entitlements import ENTITLEMENTS, EntitlementAdapter, key_at, matching
from scim.lists import ListRequest
from scim.sorting import Order, Sorting
from scim.views.base import nothing_at
from scim.views.resources import ResourceView

# These answer with an empty list where there are none.
ALWAYS = {ROLE, ENTITLEMENT}


class EntitlementsView(ResourceView, base.GetView):
    """Of one type, which `kind` in the address names; of all types where there is no address."""

    model_cls = Entitlement
    scim_adapter = EntitlementAdapter
    of_all: tuple[str, ...] = ("get", "head", "options")
    of_one: tuple[str, ...] = ("get", "head", "options")

    def check_reach(self, request: Any) -> None:
        """Other types are a tenant's own. Raises NotFound."""
        super().check_reach(request)
        if self.kwargs["kind"] not in ALWAYS and not self.find(request, "").exists():
            raise nothing_at(request)

    def get_object(self) -> Entitlement:
        """Raises NotFound."""
        value: str = self.kwargs["uuid"]
        # No database looks for NUL, and no value has it.
        those = self.find(self.request, "") if "\0" not in value else Entitlement.objects.none()
        found: Entitlement | None = those.filter(value=value).first()
        if found is None:
            raise NotFound(f"There is no {self.kwargs['kind']} {value[:100]}.")
        return found

    @property
    def name(self) -> str:
        kind: str = self.kwargs["kind"]
        return kind

    def schema(self, request: HttpRequest) -> ResourceSchema:
        return ENTITLEMENTS

    def find(self, request: Any, query: str, elsewhere: Sequence[ResourceSchema] = ()) -> Any:
        found = request.tenant.entitlements.all()
        if "kind" in self.kwargs:
            found = found.filter(type=self.kwargs["kind"])
        return found.filter(matching(query, elsewhere)) if query else found

    def order(
        self, request: HttpRequest, sorting: Sorting, elsewhere: Sequence[ResourceSchema] = ()
    ) -> Order:
        return sorting.order(Entitlement, lambda by: key_at(by, elsewhere))

    def count(self, found: Any, asked: ListRequest) -> int:
        number: int = found.count()
        return number

    def looked_up(self, request: HttpRequest, asked: ListRequest) -> None:
        """A catalogue is small."""

    def read_plain(self, asked: ListRequest, *, start: int, count: int) -> tuple[list[str], int]:
        found = self.find(self.request, "").order_by("created_at", "id")
        return self.texts(list(found[start : start + count]), asked), found.count()
