"""The forms of alert channels."""

from __future__ import annotations

from django import forms

from downstream.models import AlertChannel
from downstream.models.alerts import ADDRESS_LENGTH


def _address(label: str, **more: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", **more})
    return forms.CharField(label=label, max_length=ADDRESS_LENGTH, widget=widget)


class NewChannelForm(forms.Form):
    kind = forms.ChoiceField(
        label="By", choices=AlertChannel.Kind.choices, widget=forms.Select(attrs={"class": "form-select"})
    )
    address = _address("To", placeholder="it@example.com or https://...")


class ChannelForm(forms.Form):
    address = _address("To")
    enabled = forms.BooleanField(
        label="Switched on", required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )
