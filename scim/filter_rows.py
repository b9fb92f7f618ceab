"""Memberships as the elements of filters: the members of a group, the groups of a user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, NullIf

from directory.models import Membership
from lib.filters import Path
from lib.filters.columns import Address, Identifier, Made, Text
from lib.filters.queries import Column

_EMPTY = Value("", output_field=TextField())


@dataclass(frozen=True)
class Rows:
    """Rows that hang on the resource; each comparison is about one and the same row."""

    rows: QuerySet[Membership]
    columns: Mapping[str, Column]

    def column(self, path: Path) -> Column | None:
        return self.columns.get(path.name.lower()) if path.urn is None and path.sub is None else None

    def any(self, condition: Q) -> Q:
        return Q(Exists(self.rows.filter(condition)))

    def first(self, wanted: Combinable) -> Combinable:
        return Subquery(self.rows.order_by("id").values(wanted=wanted)[:1])


def members(users_url: str) -> Rows:
    """As `scim.references` shows them: those who are not known here yet, and those who are living."""
    label = Coalesce(NullIf(F("user__display_name"), _EMPTY), F("user__user_name"), _EMPTY)
    shown = Coalesce(NullIf(F("display"), _EMPTY), label, output_field=TextField())
    kind = Case(When(user=None, then=F("type")), default=Value("User"), output_field=TextField())
    display = Case(When(user=None, then=F("display")), default=shown, output_field=TextField())
    return Rows(
        Membership.objects.filter(group=OuterRef("pk"), user__deleted_at=None),
        {
            "value": Text("value"),
            "display": Made(display),
            "type": Made(kind),
            "$ref": Address(users_url, "user_id"),
        },
    )


def groups(groups_url: str) -> Rows:
    return Rows(
        Membership.objects.filter(user=OuterRef("pk"), group__deleted_at=None),
        {
            "value": Identifier("group_id"),
            "display": Made(F("group__display_name")),
            "type": Made(Value("direct", output_field=TextField())),
            "$ref": Address(groups_url, "group_id"),
        },
    )
