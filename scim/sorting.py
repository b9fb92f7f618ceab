"""`sortBy` and `sortOrder` (RFC 7644, 3.4.2.3): the order of a list, in which no two resources are equal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model, Q
from django.db.models.expressions import Combinable, OrderBy

from lib.filters import FilterError
from scim.errors import ScimError

_ORDERS = {"": False, "ascending": False, "descending": True}


@dataclass(frozen=True)
class Sorting:
    """As it was asked for. Without `by` a list goes by creation, and the order says nothing."""

    by: str = ""
    descending: bool = False

    @classmethod
    def read(cls, asked: Mapping[str, object]) -> Sorting:
        by, order = asked.get("sortBy") or "", asked.get("sortOrder") or ""
        if not isinstance(by, str):
            raise ScimError(400, "sortBy must be the name of an attribute.", "invalidValue")
        if not isinstance(order, str) or order.lower() not in _ORDERS:
            raise ScimError(400, "sortOrder must be ascending or descending.", "invalidValue")
        by = by.strip()
        return cls(by, descending=bool(by) and _ORDERS[order.lower()])

    def order(self, model: type[Model], key_at: Callable[[str], Combinable]) -> Order:
        """`key_at` finds what a path is sorted by, or raises FilterError: such a path is 400 invalidValue."""
        if not self.by:
            return Order()
        try:
            key = key_at(self.by)
            return Order(key, self.descending, everybody=_is_required(model, key))
        except FilterError as error:
            raise ScimError(400, f"sortBy: {error}", "invalidValue") from error


def _is_required(model: type[Model], key: Combinable) -> bool:
    # django-stubs leave the name out.
    return isinstance(key, F) and not model._meta.get_field(key.name).null  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Place:
    """Where a resource stands in an ordered list; without a key it goes by creation."""

    created_at: Any
    id: Any
    key: Any = None

    @classmethod
    def of(cls, row: Any) -> Place:
        return cls(row.created_at, row.id, getattr(row, "sort_key", None))


@dataclass(frozen=True)
class Order:
    """By the key, then by creation: whoever is created while a client reads comes behind its equals.

    Who has no key comes last when ascending, first when descending; `everybody` has one.
    """

    key: Combinable | None = None
    descending: bool = False
    everybody: bool = False

    def keyed(self, found: Any) -> Any:
        return found if self.key is None else found.annotate(sort_key=self.key)

    @property
    def terms(self) -> tuple[OrderBy | str, ...]:
        if self.key is None:
            return ("created_at", "id")
        key = F("sort_key")
        if self.everybody:
            return (key.desc() if self.descending else key.asc(), "created_at", "id")
        first = key.desc(nulls_first=True) if self.descending else key.asc(nulls_last=True)
        return (first, "created_at", "id")

    def behind(self, place: Place) -> Q:
        """What comes after the place, for a list that is `keyed`."""
        later = Q(created_at__gt=place.created_at) | Q(created_at=place.created_at, id__gt=place.id)
        if self.key is None:
            # Said twice: the first is what an index is read by.
            return Q(created_at__gte=place.created_at) & later
        if place.key is None:
            rest = Q(sort_key__isnull=False) if self.descending else Q(pk__in=[])
            return Q(sort_key=None) & later | rest
        beyond = Q(sort_key__lt=place.key) if self.descending else Q(sort_key__gt=place.key)
        if self.everybody:
            # Said twice, as above.
            within = Q(sort_key__lte=place.key) if self.descending else Q(sort_key__gte=place.key)
            return within & (beyond | later)
        absent = Q(pk__in=[]) if self.descending else Q(sort_key=None)
        return beyond | Q(sort_key=place.key) & later | absent
