"""Overrides on pages: the form, and those that live."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from downstream.errors import DeliveryError
from downstream.models import Replica
from downstream.models.overrides import REASON_LENGTH
from downstream.overrides import fields_of

FOREVER = ""
TERMS = (
    (FOREVER, "Until somebody ends it"),
    ("1", "For a day"),
    ("7", "For a week"),
    ("30", "For 30 days"),
    ("90", "For 90 days"),
)


class OverrideForm(forms.Form):
    field = forms.ChoiceField(label="Attribute", widget=forms.Select(attrs={"class": "form-select"}))
    value = forms.CharField(
        required=False,
        strip=False,
        max_length=2000,
        help_text="What the target gets in place of the mapped value. Empty: nothing.",
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        max_length=REASON_LENGTH,
        help_text="For whoever finds it later.",
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    term = forms.ChoiceField(
        label="How long", required=False, choices=TERMS, widget=forms.Select(attrs={"class": "form-select"})
    )

    def __init__(self, data: Any, *, names: list[str], refused: str) -> None:
        super().__init__(data, initial={"field": refused if refused in names else None})
        self.fields["field"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, Any]:
        """What `downstream.overrides.override` takes, of a form that is valid."""
        told = self.cleaned_data
        days = int(told["term"]) if told["term"] else None
        return {
            "field": told["field"],
            "value": told["value"] or None,
            "reason": told["reason"],
            "expires_at": timezone.now() + timedelta(days=days) if days else None,
        }


def override_form(replica: Replica, data: Any = None) -> OverrideForm | None:
    """None where nothing can be overridden."""
    try:
        names = [field.name for field in fields_of(replica)] if replica.resource.is_living else []
    except DeliveryError:
        return None
    return OverrideForm(data, names=names, refused=replica.error_attribute) if names else None
