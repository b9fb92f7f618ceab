"""Telling the log what is changed in the administration: tenants, staff, and who works where as what."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.models import User

from audit.actor import Actor
from audit.catalogue import EventType
from audit.log_event import Change, Entry, Subject, SubjectType
from audit.services import record
from tenants.models import Operator, SavedView, Tenant
from tenants.services import tenant_subject

SAVED, REMOVED = EventType.VIEW_SAVED, EventType.VIEW_REMOVED
OF_STAFF = ("username", "first_name", "last_name", "email", "is_active", "is_staff", "is_superuser")


def settings_of(tenant_id: uuid.UUID) -> dict[str, Any]:
    """Empty for a tenant that is not there yet."""
    tenant = Tenant.objects.filter(id=tenant_id).first()
    if tenant is None:
        return {}
    hostnames = list(tenant.hostnames.order_by("name").values_list("name", flat=True))
    return {
        "name": tenant.name,
        "replay_approval_over": tenant.replay_approval_over,
        "hostnames": hostnames,
    }


def log_settings(tenant: Tenant, before: dict[str, Any], *, by: Actor) -> None:
    """`before` is what `settings_of` said. Nothing if nothing differs."""
    change = _difference(before, settings_of(tenant.id))
    if change:
        kind = EventType.TENANT_CHANGED if before else EventType.TENANT_CREATED
        record(tenant.id, Entry(type=kind, actor=by, subjects=(tenant_subject(tenant, change),)))


def log_role(before: Operator | None, after: Operator | None, *, by: Actor) -> None:
    """A row as it was and as it is; None where there is none. Nothing if neither place nor role differs."""
    if before and (after is None or _place(before) != _place(after)):
        _record_role(EventType.PRIVILEGE_REVOKED, before, Change({"role": before.role}, {"role": None}), by)
        before = None
    if after and (before is None or before.role != after.role):
        change = Change({"role": before.role if before else None}, {"role": after.role})
        _record_role(EventType.PRIVILEGE_GRANTED, after, change, by)


def _place(operator: Operator) -> tuple[object, object]:
    return operator.tenant_id, operator.user_id


def _record_role(kind: EventType, operator: Operator, change: Change, by: Actor) -> None:
    entry = Entry(
        type=kind,
        actor=by,
        subjects=(staff_subject(operator.user, change),),
        debug={"privilege": operator.role},
    )
    record(operator.tenant_id, entry)


def staff_facts(user: User) -> dict[str, Any]:
    return {name: getattr(user, name) for name in OF_STAFF}


def log_staff(user: User, before: dict[str, Any], *, by: Actor) -> None:
    """In each tenant that somebody works in. `before` is what `staff_facts` said."""
    change = _difference(before, staff_facts(user))
    if change is None:
        return
    kind = EventType.USER_UPDATED
    if "is_active" in change.after:
        kind = EventType.USER_REACTIVATED if user.is_active else EventType.USER_DEACTIVATED
    _record_everywhere(user, Entry(type=kind, actor=by, subjects=(staff_subject(user, change),)))


def log_password(user: User, *, by: Actor) -> None:
    """That it was changed."""
    _record_everywhere(
        user, Entry(type=EventType.PASSWORD_CHANGED, actor=by, subjects=(staff_subject(user),))
    )


def staff_subject(user: User, change: Change | None = None) -> Subject:
    name = user.get_username()
    return Subject(SubjectType.USER, str(user.pk), user.get_full_name() or name, name, change)


def log_view(kind: EventType, view: SavedView, *, by: Actor) -> None:
    """`kind` is SAVED or REMOVED. What somebody keeps for themselves is nobody's business."""
    if not view.shared:
        return
    change = Change({}, {"query": view.query}) if kind == SAVED else None
    subject = Subject(SubjectType.VIEW, str(view.id), view.name, change=change)
    record(view.owner.tenant_id, Entry(type=kind, actor=by, subjects=(subject,)))


def _difference(before: dict[str, Any], after: dict[str, Any]) -> Change | None:
    names = [name for name in after if after[name] != before.get(name)]
    old = {name: before.get(name) for name in names} if before else {}
    return Change(old, {name: after[name] for name in names}) if names else None


def _record_everywhere(user: User, entry: Entry) -> None:
    for tenant_id in Operator.objects.filter(user=user).values_list("tenant_id", flat=True):
        record(tenant_id, entry)
