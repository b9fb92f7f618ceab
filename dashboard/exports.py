"""Exports of the log as pages ask for them."""

from __future__ import annotations

from typing import Any

from django import forms

from audit.exports import Selection
from audit.formats import FORMATS
from audit.search import InvalidSearch

LONGEST = 10_000


def _text(label: str, help_text: str, **more: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", **more})
    return forms.CharField(
        label=label, required=False, max_length=LONGEST, help_text=help_text, widget=widget
    )


class QuestionForm(forms.Form):
    """Which events: the same words as in the address of the log."""

    since = _text("From (UTC)", "Empty: from the first event on.", placeholder="2026-01-31T00:00:00Z")
    until = _text("Before (UTC)", "Empty: up to now.", placeholder="2026-02-28")
    q = _text("Words", "Each of them occurs.")
    filter = _text("Filter", "In the words of Okta's API.", placeholder='eventType sw "user."')

    @property
    def selection(self) -> Selection:
        """Of a form that is valid."""
        return Selection(**{name: self.cleaned_data[name].strip() for name in self.fields})

    def blame(self, invalid: InvalidSearch) -> None:
        """Say what is wrong where it was written."""
        for problem in invalid.problems:
            self.add_error(problem.parameter, problem.message)

    @property
    def pairs(self) -> list[tuple[str, Any]]:
        """What a second form carries along."""
        return [(name, self.cleaned_data.get(name, "")) for name in self.fields]


class FormatForm(forms.Form):
    format = forms.ChoiceField(
        label="Format",
        choices=[(form.name, form.label) for form in FORMATS.values()],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
