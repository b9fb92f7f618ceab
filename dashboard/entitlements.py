"""Roles and entitlements on pages: the list, what it may be narrowed by, and the forms."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from dashboard.forms import Filter, select
from directory.catalogue import (
    DESCRIPTION_LENGTH,
    ENTITLEMENT,
    ENTITLEMENT_TYPE,
    ENTITLEMENT_VALUE,
    ROLE,
    VALUE_LENGTH,
    Entitlement,
    EntitlementQuerySet,
)
from downstream.models import Target
from tenants.models import Tenant

BY_HAND = "hand"


@dataclass(frozen=True)
class Row:
    """An entry, and the target that it was read from, if it was."""

    entitlement: Entitlement
    target: Target | None


def rows_of(entitlements: Sequence[Entitlement], targets: Mapping[uuid.UUID, Target]) -> list[Row]:
    return [Row(one, targets.get(one.target_id) if one.target_id else None) for one in entitlements]


def targets_of(tenant: Tenant) -> dict[uuid.UUID, Target]:
    """By id, in the order of their names."""
    return {target.id: target for target in Target.objects.filter(tenant=tenant).order_by("name")}


class EntitlementFilter(Filter):
    def __init__(
        self, query: QueryDict, *, types: Sequence[str], targets: Mapping[uuid.UUID, Target]
    ) -> None:
        super().__init__(query)
        self.fields["type"] = forms.ChoiceField(
            required=False,
            choices=[("", "Every type"), *((name, name) for name in types)],
            widget=select("Type"),
        )
        sources = [(BY_HAND, "By hand"), *((str(target.id), target.name) for target in targets.values())]
        self.fields["source"] = forms.ChoiceField(
            required=False, choices=[("", "Every source"), *sources], widget=select("Source")
        )

    def narrow(self, entitlements: EntitlementQuerySet) -> EntitlementQuerySet:
        if self.words:
            entitlements = entitlements.search(self.words)
        if kind := self.chosen("type"):
            entitlements = entitlements.filter(type=kind)
        if source := self.chosen("source"):
            entitlements = entitlements.filter(target_id=None if source == BY_HAND else source)
        return entitlements


class EntitlementForm(forms.Form):
    """What can be changed of an entry."""

    display_name = forms.CharField(
        label="Name",
        required=False,
        max_length=VALUE_LENGTH,
        help_text="What people read. Without one it is called by its value.",
    )
    description = forms.CharField(
        required=False, max_length=DESCRIPTION_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"


class NewEntitlementForm(EntitlementForm):
    type = forms.CharField(
        max_length=63,
        validators=[ENTITLEMENT_TYPE],
        initial=ROLE,
        help_text=f"{ROLE}, {ENTITLEMENT} or a type of your own, such as License: Okta shows each by itself.",
        widget=forms.TextInput(attrs={"list": "types", "autocomplete": "off"}),
    )
    value = forms.CharField(
        max_length=VALUE_LENGTH,
        strip=False,
        validators=[ENTITLEMENT_VALUE],
        help_text="What users have and targets get, such as a code or a key. It can't be changed later.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("type", "value", "display_name", "description")
