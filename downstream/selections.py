"""What a person selects to be replayed: read and checked once for pages, API and commands."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from directory.models import Group
from downstream.errors import ErrorClass
from downstream.models import FAILED, FailureGroup, Replica, ReplicaQuerySet, State, Target
from tenants.models import Tenant

MOST_IDS = 500
LARGEST_ID = 2**63 - 1
# Digits of a cause that are told to people.
SHOWN = 120


class InvalidSelection(ValueError):
    """The sentence says what is wrong with `field`."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Selection:
    """Everything that has failed, narrowed by each of these that is given.

    With `replicas` (ids) or `state` also what has not failed. `since` and `until` say when it failed.
    """

    replicas: tuple[int, ...] = ()
    target: uuid.UUID | None = None
    failure_group: int | None = None
    error_class: str = ""
    state: str = ""
    group: uuid.UUID | None = None
    since: datetime | None = None
    until: datetime | None = None

    def of(self, tenant: Tenant) -> ReplicaQuerySet:
        """Nothing of anybody else's, whatever is selected."""
        return self.narrow(Replica.objects.of_tenant(tenant))

    def narrow(self, found: ReplicaQuerySet) -> ReplicaQuerySet:
        """Those of `found`, which are one tenant's."""
        if self.group:
            found = found.around_group(self.group)
        found = found.filter(**self._columns())
        return found if self.replicas or self.state else found.failed()

    def _columns(self) -> dict[str, Any]:
        """What is asked for by the value of a column."""
        asked = {
            "id__in": self.replicas,
            "target": self.target,
            "failure_group": self.failure_group,
            "error_class": self.error_class,
            "state": self.state,
            "failed_at__gte": self.since,
            "failed_at__lt": self.until,
        }
        return {column: value for column, value in asked.items() if value}

    @property
    def goes_by_failure(self) -> bool:
        """Only what has failed: what fails again later is told by its time."""
        return not self.replicas and self.state in {"", *FAILED}

    def as_json(self) -> dict[str, Any]:
        """Only what is given; `Selection.from_json` reads it."""
        return {name: _plain(value) for name, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Selection:
        """What `as_json` wrote."""
        return cls(**{name: _KEPT.get(name, _as_is)(value) for name, value in kept.items()})

    @property
    def key(self) -> str:
        """The same for two selections of the same."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()


EVERYTHING = Selection()


def select(tenant: Tenant, asked: Mapping[str, Any]) -> Selection:
    """What a door was asked for, by the names of the fields; empty values ask for nothing.

    A target goes by name or id, moments are RFC 3339. Raises InvalidSelection.
    """
    given = {name: value for name, value in asked.items() if value not in (None, "", [])}
    for name in given:
        if name not in _READ:
            raise InvalidSelection(
                name, f"There is nothing to select by named {name!r}: use {', '.join(_READ)}."
            )
    return Selection(**{name: _READ[name](tenant, value) for name, value in given.items()})


def in_words(selection: Selection, tenant: Tenant) -> str:
    """`Failures of HR, "refuses [name]", since 2026-11-22 10:50 UTC`: as things are called now."""
    parts = [_subject(selection)]
    if selection.target:
        parts[0] += f" of {Target.objects.get(tenant=tenant, id=selection.target)}"
    if selection.failure_group:
        group = (
            FailureGroup.objects.of_tenant(tenant).select_related("target").get(id=selection.failure_group)
        )
        parts.append(f"{group.target}: “{group.cause[:SHOWN]}”")
    if selection.error_class:
        parts.append(ErrorClass(selection.error_class).label.lower())
    if selection.group:
        parts.append(f"group {Group.objects.get(tenant=tenant, id=selection.group).label} and its members")
    for word, moment in (("since", selection.since), ("until", selection.until)):
        if moment:
            parts.append(f"{word} {moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC")
    return ", ".join(parts)


def _subject(selection: Selection) -> str:
    if selection.replicas:
        return f"{len(selection.replicas):,} that were chosen"
    if selection.state:
        return f"Everything {State(selection.state).label.lower()}"
    narrowed = selection.as_json()
    return "Failures" if narrowed else "Everything failed"


def _ids(tenant: Tenant, value: Any) -> tuple[int, ...]:
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    if not is_list or len(value) > MOST_IDS or not all(map(_is_id, value)):
        raise InvalidSelection("replicas", f"Give a list of at most {MOST_IDS} ids of replicas.")
    return tuple(sorted(set(value)))


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_ID


def _target(tenant: Tenant, value: Any) -> uuid.UUID:
    own = Target.objects.filter(tenant=tenant)
    by_name = own.filter(name=value) if isinstance(value, str) and "\0" not in value else own.none()
    found = by_name.first() or own.filter(id=_uuid(value)).first()
    if found is None:
        raise InvalidSelection("target", f"The tenant has no target {value!r}.")
    found_id: uuid.UUID = found.pk
    return found_id


def _failure_group(tenant: Tenant, value: Any) -> int:
    number = int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 19 else value
    groups = FailureGroup.objects.of_tenant(tenant)
    if not _is_id(number) or not groups.filter(id=number).exists():
        raise InvalidSelection("failure_group", f"The tenant has no failure group {value!r}.")
    return int(number)


def _group(tenant: Tenant, value: Any) -> uuid.UUID:
    found = Group.objects.filter(tenant=tenant, id=_uuid(value)).first()
    if found is None:
        raise InvalidSelection("group", f"The tenant has no group with the id {value!r}.")
    found_id: uuid.UUID = found.pk
    return found_id


def _error_class(tenant: Tenant, value: Any) -> str:
    if value not in ErrorClass.values:
        raise InvalidSelection(
            "error_class", f"There is no class {value!r}: use {', '.join(ErrorClass.values)}."
        )
    return str(value)


def _state(tenant: Tenant, value: Any) -> str:
    if value not in State.values:
        raise InvalidSelection("state", f"There is no state {value!r}: use {', '.join(State.values)}.")
    return str(value)


def _moment(field: str, value: Any) -> datetime:
    """Without a zone it is UTC."""
    try:
        moment = value if isinstance(value, datetime) else parse_datetime(str(value))
    except ValueError:
        moment = None
    if moment is None:
        raise InvalidSelection(field, f"{value!r} is no moment: write it like 2026-11-22T10:50:45Z.")
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.get_default_timezone())


def _uuid(value: Any) -> uuid.UUID:
    """What is no id is one that nobody has."""
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return uuid.UUID(int=0)


def _plain(value: Any) -> Any:
    match value:
        case uuid.UUID():
            return str(value)
        case datetime():
            return value.isoformat()
        case tuple():
            return list(value)
    return value


def _as_is(value: Any) -> Any:
    return value


_READ: Mapping[str, Any] = {
    "replicas": _ids,
    "target": _target,
    "failure_group": _failure_group,
    "error_class": _error_class,
    "state": _state,
    "group": _group,
    "since": lambda tenant, value: _moment("since", value),
    "until": lambda tenant, value: _moment("until", value),
}
_KEPT: Mapping[str, Any] = {
    "replicas": tuple,
    "target": uuid.UUID,
    "group": uuid.UUID,
    "since": datetime.fromisoformat,
    "until": datetime.fromisoformat,
}
