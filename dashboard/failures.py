"""Failures as pages show them: narrowed by a form, one by one or by cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from dashboard.forms import Filter, Pin, select
from dashboard.paging import SIZE, keyset
from downstream.errors import ErrorClass
from downstream.failures import MOST, failing_groups
from downstream.models import FAILED, FailureGroup, Replay, ReplicaQuerySet, Target
from downstream.selections import InvalidSelection, Selection
from downstream.selections import select as selected
from tenants.models import Tenant

FIELDS = ("target", "state", "error_class", "failure_group", "since", "until")


class FailureFilter(Filter):
    """What makes no sense, or is a stranger's, narrows nothing."""

    state = forms.ChoiceField(
        required=False,
        choices=[("", "Failed and retrying"), *((state.value, state.label) for state in FAILED)],
        widget=select("State"),
    )
    failure_group = forms.IntegerField(required=False)
    since = forms.CharField(required=False)
    until = forms.CharField(required=False)
    replay = forms.UUIDField(required=False)

    def __init__(self, query: QueryDict, *, tenant: Tenant) -> None:
        super().__init__(query)
        self.tenant = tenant
        self.targets = list(Target.objects.filter(tenant=tenant).order_by("name"))
        self.fields["target"] = forms.ChoiceField(
            required=False, choices=self._target_choices(), widget=select("Target")
        )
        self.fields["error_class"] = forms.ChoiceField(
            required=False, choices=[("", "Any reason"), *ErrorClass.choices], widget=select("Reason")
        )
        for name, label in (("since", "Failed since (UTC)"), ("until", "Failed before (UTC)")):
            attributes = {"type": "datetime-local", "class": "form-control", "aria-label": label}
            self.fields[name].widget = forms.TextInput(attributes | {"title": label})

    def _target_choices(self) -> list[tuple[str, str]]:
        return [("", "Every target"), *((str(target.id), target.name) for target in self.targets)]

    @cached_property
    def asked(self) -> dict[str, str]:
        """What the selection is asked for by, as it stands in an address."""
        asked: dict[str, str] = {}
        for name in FIELDS:
            value = self.chosen(name)
            with suppress(InvalidSelection):
                selected(self.tenant, {name: value})
                asked |= {name: str(value)} if value else {}
        return asked

    @property
    def is_wider_than_asked(self) -> bool:
        """Whether something that was asked for narrows nothing: what is to be done must not reach so far."""
        return any(self.data.get(name) and name not in self.asked for name in FIELDS)

    @cached_property
    def selection(self) -> Selection:
        return selected(self.tenant, self.asked)

    @cached_property
    def group(self) -> FailureGroup | None:
        """The one cause that the list is narrowed to."""
        found = self.asked.get("failure_group")
        groups = FailureGroup.objects.of_tenant(self.tenant).select_related("target")
        return groups.get(id=found) if found else None

    @cached_property
    def job(self) -> Replay | None:
        """The replay after which these failed again."""
        found = self.chosen("replay")
        return Replay.objects.of_tenant(self.tenant).filter(id=found).first() if found else None

    @property
    def pins(self) -> list[Pin]:
        pins = [Pin("failure_group", "Cause", group.cause)] if (group := self.group) else []
        return [*pins, Pin("replay", "Failed again in the replay", job.words)] if (job := self.job) else pins

    def narrow(self, replicas: ReplicaQuerySet) -> ReplicaQuerySet:
        """`replicas` are the tenant's."""
        found = self.selection.narrow(replicas)
        return found.filter(transaction_id=job.transaction_id) if (job := self.job) else found


@dataclass(frozen=True)
class Cause:
    """A failure group and how many failures it has now, counted as far as `MOST`."""

    group: FailureGroup
    count: int
    asked: Mapping[str, str]

    @property
    def query(self) -> str:
        """What was asked for and this cause, as it stands in an address."""
        return urlencode({**self.asked, "failure_group": self.group.id})


@dataclass(frozen=True)
class Causes:
    rows: Sequence[Cause]
    before: str
    after: str


def causes(tenant: Tenant, form: FailureFilter, query: Any) -> Causes:
    """The failure groups that have failures now, the newest first."""
    page = keyset(failing_groups(tenant, form.selection), query, by="-last_at")
    rows = [Cause(group, vars(group)["number"], form.asked) for group in page.rows]
    return Causes(rows, page.before, page.after)


def goes_by_cause(query: QueryDict, form: FailureFilter, count: int) -> bool:
    """By cause when there are more than a page holds, unless asked otherwise; never within one cause."""
    if form.group or form.job:
        return False
    view = query.get("view")
    return view == "causes" if view in {"causes", "each"} else count > SIZE


def counted(replicas: ReplicaQuerySet) -> int:
    """As far as `MOST`."""
    return replicas.order_by()[: MOST + 1].count()
