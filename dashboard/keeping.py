"""How long events are kept, and whom the log is to forget, as the page asks for it."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass

from django import forms
from django.db.models import Sum

from audit import pruning
from audit.kinds import LONGEST_DAYS, Kind, kind_of
from audit.models import Hourly
from audit.retention import Days, days_of
from directory.people import Identity, identity
from tenants.models import Tenant


class DaysForm(forms.Form):
    """One number for each kind of event."""

    def __init__(self, *args: object, days: Days, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # as Django takes them
        for kind in Kind:
            self.fields[kind.value] = forms.IntegerField(
                label=f"Days: {kind.label}",
                min_value=1,
                max_value=LONGEST_DAYS,
                initial=days[kind],
                widget=forms.NumberInput(attrs={"class": "form-control"}),
            )

    @property
    def days(self) -> dict[Kind, int]:
        """Of a form that is valid."""
        return {kind: self.cleaned_data[kind.value] for kind in Kind}


class PersonForm(forms.Form):
    person = forms.CharField(
        label="Id or user name",
        max_length=255,
        help_text="Of staff, the name that they sign in with.",
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    names = forms.CharField(
        label="Other names, one a line",
        required=False,
        max_length=5000,
        help_text="User names and addresses of former times, under which old events speak of them.",
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )

    def whom(self, tenant: Tenant) -> Identity:
        """Of a form that is valid: with the names that the directory and the form know."""
        found = identity(tenant, self.cleaned_data["person"])
        typed = [line.strip() for line in self.cleaned_data["names"].splitlines()]
        return Identity(found.id, sorted({*found.names, *filter(None, typed)}))


@dataclass(frozen=True)
class Keeping:
    """One kind of event: how many there are, and how many are older than they are kept."""

    kind: Kind
    field: forms.BoundField
    count: int
    expired: int


def keepings(tenant_id: uuid.UUID, form: DaysForm) -> list[Keeping]:
    counts: Counter[Kind] = Counter()
    tallies = Hourly.objects.filter(tenant_id=tenant_id).values_list("event_type")
    for event_type, count in tallies.annotate(Sum("count")):
        counts[kind_of(event_type)] += count
    expired = pruning.expired(tenant_id)
    return [Keeping(kind, form[kind.value], counts[kind], expired[kind]) for kind in Kind]


def form_of(tenant_id: uuid.UUID) -> DaysForm:
    return DaysForm(days=days_of(tenant_id))
