"""What a list may be narrowed by. A value that makes no sense narrows nothing."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from dashboard.paging import SIZE
from directory.models import GroupQuerySet, UserQuerySet
from tenants.models import SavedView

SEARCH_LENGTH = 200
# No database counts further than 64 bits.
DIGITS = re.compile(r"[0-9]{1,18}")


def select(label: str) -> forms.Select:
    return forms.Select(attrs={"class": "form-select", "aria-label": label})


class WordsField(forms.CharField):
    """What a person types into a search box. NUL characters, which no database looks for, count as blanks."""

    def to_python(self, value: Any) -> Any:
        return super().to_python((value or "").replace("\0", " ")[:SEARCH_LENGTH])


@dataclass(frozen=True)
class Pin:
    """A narrowing that is shown beside the search box, and can only be taken away there."""

    name: str
    label: str
    value: str


class Filter(forms.Form):
    """A form that is read from the query string and always has an answer."""

    q = WordsField(required=False)

    def chosen(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name)

    @property
    def words(self) -> str:
        return self.chosen("q") or ""

    @property
    def is_narrow(self) -> bool:
        """Whether an empty list may be the filter's doing."""
        return any(self.chosen(name) for name in self.fields)


class TenantChoice(forms.Form):
    """Which tenant to work in."""

    tenant = forms.UUIDField()

    def chosen(self) -> uuid.UUID | None:
        return self.cleaned_data["tenant"] if self.is_valid() else None


class UserFilter(Filter):
    def narrow(self, users: UserQuerySet) -> UserQuerySet:
        return users.search(self.words) if self.words else users


class GroupFilter(Filter):
    def narrow(self, groups: GroupQuerySet) -> GroupQuerySet:
        return groups.search(self.words) if self.words else groups


class ViewForm(forms.Form):
    """A view of the log that is to be kept."""

    name = forms.CharField(max_length=SavedView.NAME_LENGTH)
    query = forms.CharField(max_length=SavedView.QUERY_LENGTH, required=False)
    shared = forms.BooleanField(required=False)


def scope_of(query: QueryDict) -> str:
    """Which rows of a list a button means: `shown` are all of them, `selected` those that are ticked."""
    return "shown" if query.get("scope") == "shown" else "selected"


def ids_in(query: QueryDict, name: str) -> list[int]:
    """Without what is no number, and no more than a page holds."""
    return [int(text) for text in query.getlist(name)[:SIZE] if DIGITS.fullmatch(text)]
