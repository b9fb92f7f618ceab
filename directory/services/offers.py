"""Taking over into the catalogue what a target offers: its roles and entitlements, as they are there now."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction

from audit.actor import Actor
from audit.catalogue import EventType
from audit.log_event import Change, Entry, Subject
from audit.services import record
from directory.catalogue import DESCRIPTION_LENGTH, VALUE_LENGTH, Entitlement
from directory.services.entitlements import Facts, entry_of, lock_catalogue, new_entitlement, write
from tenants.models import Tenant

CHUNK = 500
WRITTEN = ("display_name", "display_name_key", "description", "version", "modified_at")
# How many are named in the log.
NAMED = 10


@dataclass(frozen=True)
class Taken:
    """How many entries it came to. `left_out` names those whose value can't be one, or is taken."""

    added: int
    changed: int
    removed: int
    left_out: tuple[str, ...]


@dataclass
class _Plan:
    added: list[Entitlement] = field(default_factory=list)
    changed: list[tuple[Entitlement, Change]] = field(default_factory=list)
    gone: list[Entitlement] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


@transaction.atomic
def take_over(tenant: Tenant, offers: Iterable[Facts], *, target: Subject, by: Actor) -> Taken:
    """Make the entries of `target` those that it offers; entries by hand and of other targets stay."""
    lock_catalogue(tenant)
    plan = _plan(tenant, offers, uuid.UUID(target.id))
    Entitlement.objects.bulk_create(plan.added, batch_size=CHUNK)
    Entitlement.objects.bulk_update([row for row, _ in plan.changed], WRITTEN, batch_size=CHUNK)
    tenant.entitlements.filter(id__in=[row.id for row in plan.gone]).delete()
    taken = Taken(len(plan.added), len(plan.changed), len(plan.gone), tuple(plan.left_out))
    record(tenant.id, _summary(taken, target, by=by), *_entries(plan, by=by))
    return taken


def _plan(tenant: Tenant, offers: Iterable[Facts], target_id: uuid.UUID) -> _Plan:
    plan = _Plan()
    wanted = {(offer.type, offer.value): offer for offer in map(_fitting, offers)}
    there = {(row.type, row.value): row for row in tenant.entitlements.of_target(target_id)}
    elsewhere = set(tenant.entitlements.exclude(target_id=target_id).values_list("type", "value"))
    for place, offer in wanted.items():
        if row := there.pop(place, None):
            if change := write(row, offer):
                plan.changed.append((row, change))
            continue
        row = new_entitlement(tenant, offer, target_id=target_id)
        if place in elsewhere or not _can_be(row):
            plan.left_out.append(f"{offer.type} {offer.value[:60]!a}")
        else:
            plan.added.append(row)
    plan.gone.extend(there.values())
    return plan


def _fitting(offer: Facts) -> Facts:
    """Nobody at the target keeps to our lengths: what people read is cut. A value is a value, or none."""
    name, description = _written(offer.display_name), _written(offer.description)
    return Facts(offer.type, offer.value, name[:VALUE_LENGTH], description[:DESCRIPTION_LENGTH])


def _written(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _can_be(row: Entitlement) -> bool:
    try:
        row.clean_fields(exclude=["tenant"])
    except ValidationError:
        return False
    return True


def _entries(plan: _Plan, *, by: Actor) -> Iterator[Entry]:
    for row in plan.added:
        yield entry_of(EventType.ENTITLEMENT_CREATED, row, by=by)
    for row, change in plan.changed:
        yield entry_of(EventType.ENTITLEMENT_UPDATED, row, by=by, change=change)
    for row in plan.gone:
        yield entry_of(EventType.ENTITLEMENT_DELETED, row, by=by)


def _summary(taken: Taken, target: Subject, *, by: Actor) -> Entry:
    counts = {"added": taken.added, "changed": taken.changed, "removed": taken.removed}
    debug = {name: str(count) for name, count in counts.items()}
    if taken.left_out:
        debug["leftOut"] = ", ".join(taken.left_out[:NAMED])
        debug["leftOutCount"] = str(len(taken.left_out))
    return Entry(type=EventType.ENTITLEMENTS_IMPORTED, actor=by, subjects=(target,), debug=debug)
