"""Changes of a tenant's catalogue of roles and entitlements, by hand and from targets."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audit.actor import Actor
from audit.catalogue import EventType
from audit.log_event import Change, Entry, Subject, SubjectType
from audit.services import record
from directory.catalogue import Entitlement
from directory.documents import key
from directory.errors import Conflict, Invalid, NotFound
from tenants.models import Tenant


@dataclass(frozen=True)
class Facts:
    """What is said of an entitlement. Without a name it is called by its value."""

    type: str
    value: str
    display_name: str = ""
    description: str = ""


@transaction.atomic
def add_entitlement(tenant: Tenant, facts: Facts, *, by: Actor) -> Entitlement:
    """Raises Invalid, and Conflict if the tenant has that value of that type already."""
    lock_catalogue(tenant)
    entitlement = new_entitlement(tenant, facts)
    _check(entitlement)
    if tenant.entitlements.filter(type=facts.type, value=facts.value).exists():
        raise Conflict(f"There is a {facts.type} {facts.value} already.")
    entitlement.save(force_insert=True)
    record(tenant.id, entry_of(EventType.ENTITLEMENT_CREATED, entitlement, by=by))
    return entitlement


@transaction.atomic
def change_entitlement(
    tenant: Tenant, entitlement_id: uuid.UUID, *, display_name: str, description: str, by: Actor
) -> Entitlement:
    """Type and value stay: users carry them. Raises NotFound, Invalid, and Conflict if a target has it."""
    entitlement = _by_hand(tenant, entitlement_id)
    change = write(entitlement, Facts(entitlement.type, entitlement.value, display_name, description))
    if change:
        _check(entitlement)
        entitlement.save(force_update=True)
        record(tenant.id, entry_of(EventType.ENTITLEMENT_UPDATED, entitlement, by=by, change=change))
    return entitlement


@transaction.atomic
def delete_entitlement(tenant: Tenant, entitlement_id: uuid.UUID, *, by: Actor) -> None:
    """Users who have it keep it. Raises NotFound, and Conflict if a target has it."""
    entitlement = _by_hand(tenant, entitlement_id)
    record(tenant.id, entry_of(EventType.ENTITLEMENT_DELETED, entitlement, by=by))
    entitlement.delete()


def lock_catalogue(tenant: Tenant) -> None:
    """One change of a tenant's catalogue at a time; users and groups change meanwhile."""
    Tenant.objects.select_for_update(no_key=True).get(id=tenant.id)


def _by_hand(tenant: Tenant, entitlement_id: uuid.UUID) -> Entitlement:
    """Locked. Raises NotFound, and Conflict if it was read from a target."""
    lock_catalogue(tenant)
    try:
        entitlement: Entitlement = tenant.entitlements.get(id=entitlement_id)
    except Entitlement.DoesNotExist as error:
        raise NotFound(f"There is no entitlement {entitlement_id}.") from error
    if not entitlement.is_by_hand:
        raise Conflict(
            f"{entitlement.display_name} was read from a target: change it there, and read it again."
        )
    return entitlement


def new_entitlement(tenant: Tenant, facts: Facts, *, target_id: uuid.UUID | None = None) -> Entitlement:
    now = timezone.now()
    entitlement = Entitlement(tenant=tenant, type=facts.type, value=facts.value, target_id=target_id)
    entitlement.created_at = entitlement.modified_at = now
    _name(entitlement, facts)
    return entitlement


def write(entitlement: Entitlement, facts: Facts) -> Change | None:
    """Put name and description on it. None if nothing differs."""
    before = _shown(entitlement)
    _name(entitlement, facts)
    after = _shown(entitlement)
    if after == before:
        return None
    entitlement.version += 1
    entitlement.modified_at = timezone.now()
    return Change(before, after)


def _name(entitlement: Entitlement, facts: Facts) -> None:
    entitlement.display_name = facts.display_name.strip() or facts.value
    entitlement.display_name_key = key(entitlement.display_name)
    entitlement.description = facts.description.strip()


def _shown(entitlement: Entitlement) -> dict[str, str]:
    return {"displayName": entitlement.display_name, "description": entitlement.description}


def _check(entitlement: Entitlement) -> None:
    """Raises Invalid."""
    try:
        entitlement.clean_fields(exclude=["tenant"])
    except ValidationError as error:
        raise Invalid(
            " ".join(f"{name}: {' '.join(said)}" for name, said in error.message_dict.items())
        ) from error


def entry_of(kind: EventType, entitlement: Entitlement, *, by: Actor, change: Change | None = None) -> Entry:
    subject = Subject(
        SubjectType.ENTITLEMENT,
        str(entitlement.id),
        entitlement.display_name,
        f"{entitlement.type} {entitlement.value}",
        change,
    )
    return Entry(type=kind, actor=by, subjects=(subject,), version=entitlement.version)
