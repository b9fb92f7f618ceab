"""Every change to targets."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from audit.actor import Actor
from audit.catalogue import EventType
from audit.log_event import Entry
from audit.services import record
from downstream.calls import reached
from downstream.connectors import InvalidConfig, complete_config, validate_config
from downstream.models import Target
from downstream.owing import backfill
from downstream.settings import Refusal, save_checked
from downstream.subjects import app_subject
from downstream.wakeups import wake_after_commit
from tenants.models import Tenant

__all__ = ["Refusal", "add_target", "address_of", "check_target", "pause", "resume"]


@transaction.atomic
def add_target(tenant: Tenant, *, name: str, kind: str, config: dict[str, Any], by: Actor) -> Target:
    """A live target that owes the whole directory. Raises Refusal (name, kind or configuration)."""
    try:
        public, secret = validate_config(kind, complete_config(kind, config))
    except InvalidConfig as error:
        raise Refusal(str(error), field="config") from error
    # Changes that began before are waited for and those that come now wait: none falls between.
    Tenant.objects.select_for_update().get(id=tenant.id)
    target = Target(tenant=tenant, name=name, kind=kind, config=public)
    target.seal(secret)
    save_checked(target)
    record(tenant.id, Entry(type=EventType.TARGET_CREATED, actor=by, subjects=(app_subject(target),)))
    backfill(target, by=by)
    return target


def check_target(target: Target) -> None:
    """What "Test connection" does. Raises a DeliveryError with a sentence for a person."""
    with reached(target) as endpoint:
        endpoint.check()


def address_of(target: Target) -> str:
    """Where it writes, for people, without secrets. Raises a DeliveryError if it can't be configured."""
    with reached(target) as endpoint:
        return endpoint.address


def pause(target: Target, *, by: Actor) -> bool:
    """Nothing is delivered until it is resumed; changes wait. False if it was paused already."""
    return _switch(target, Target.Mode.LIVE, Target.Mode.PAUSED, EventType.TARGET_PAUSED, by)


def resume(target: Target, *, by: Actor) -> bool:
    """What waited is delivered. False if it was live already."""
    return _switch(target, Target.Mode.PAUSED, Target.Mode.LIVE, EventType.TARGET_RESUMED, by)


@transaction.atomic
def _switch(target: Target, old: Target.Mode, new: Target.Mode, kind: EventType, by: Actor) -> bool:
    switched = Target.objects.filter(id=target.id, mode=old).update(mode=new)
    if switched:
        target.mode = new
        record(target.tenant_id, Entry(type=kind, actor=by, subjects=(app_subject(target),)))
        wake_after_commit([target.id])
    return bool(switched)
