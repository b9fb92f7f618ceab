"""What a list may be narrowed by. A value that makes no sense narrows nothing."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from audit.catalogue import Outcome
from audit.models import EventQuerySet
from dashboard.paging import SIZE
from directory.models import GroupQuerySet, UserQuerySet

SEARCH_LENGTH = 200
# No database counts further than 64 bits.
DIGITS = re.compile(r"[0-9]{1,18}")

KINDS = {
    "users": ("Users", ("user.lifecycle.", "user.account.")),
    "groups": ("Groups", ("group.",)),
    "entitlements": ("Roles and entitlements", ("connector.entitlement.", "system.import.")),
    "deliveries": (
        "Deliveries",
        ("application.provision.", "app.app_instance.", "connector.override.", "connector.replay."),
    ),
    "targets": ("Targets", ("application.lifecycle.", "application.integration.")),
    "alerts": ("Alerts", ("connector.alert.",)),
    "schema": ("Schema", ("connector.schema.",)),
    "access": ("Access", ("user.session.", "system.api_token.", "security.")),
}


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


class LogFilter(Filter):
    outcome = forms.ChoiceField(
        required=False, choices=[("", "Any outcome"), *Outcome.choices], widget=select("Outcome")
    )
    kind = forms.ChoiceField(
        required=False,
        choices=[("", "Everything"), *((key, label) for key, (label, _) in KINDS.items())],
        widget=select("Kind of event"),
    )
    transaction = WordsField(required=False)
    user = forms.UUIDField(required=False)
    group = forms.UUIDField(required=False)
    target = forms.UUIDField(required=False)

    @property
    def pins(self) -> list[Pin]:
        """What the log is narrowed to by a link from elsewhere."""
        return [Pin(name, label, str(self.chosen(name))) for name, label in PINS.items() if self.chosen(name)]

    def narrow(self, events: EventQuerySet) -> EventQuerySet:
        for name, narrowing in NARROWINGS.items():
            if value := self.chosen(name):
                events = narrowing(events, value)
        return events


PINS = {"transaction": "Transaction", "user": "User", "group": "Group", "target": "Target"}
NARROWINGS: dict[str, Callable[[EventQuerySet, Any], EventQuerySet]] = {
    "q": EventQuerySet.search,
    "outcome": lambda events, outcome: events.filter(result=outcome),
    "kind": lambda events, kind: events.of_types(KINDS[kind][1]),
    "transaction": EventQuerySet.in_transaction,
    "user": EventQuerySet.about_user,
    "group": EventQuerySet.about_group,
    "target": EventQuerySet.about_target,
}


def scope_of(query: QueryDict) -> str:
    """Which rows of a list a button means: `shown` are all of them, `selected` those that are ticked."""
    return "shown" if query.get("scope") == "shown" else "selected"


def ids_in(query: QueryDict, name: str) -> list[int]:
    """Without what is no number, and no more than a page holds."""
    return [int(text) for text in query.getlist(name)[:SIZE] if DIGITS.fullmatch(text)]
