"""Every change to targets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction

from audit.actor import Actor
from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Change, Entry
from audit.services import record
from downstream.calls import reached
from downstream.chores import go_live_part
from downstream.connectors import InvalidConfig, complete_config, validate_config
from downstream.errors import DeliveryError
from downstream.models import Target
from downstream.owing import backfill
from downstream.refusals import Refusal
from downstream.settings import save_checked, told_config
from downstream.subjects import app_subject
from downstream.wakeups import wake_after_commit
from tenants.models import Tenant


@transaction.atomic
def add_target(
    tenant: Tenant,
    *,
    name: str,
    kind: str,
    config: dict[str, Any],
    mode: Target.Mode = Target.Mode.LIVE,
    by: Actor,
) -> Target:
    """A target that owes the whole directory. Raises Refusal (name, kind or configuration)."""
    try:
        public, secret = validate_config(kind, complete_config(kind, config))
    except InvalidConfig as error:
        raise Refusal(str(error), field="config") from error
    # Changes that began before are waited for and those that come now wait: none falls between.
    Tenant.objects.select_for_update().get(id=tenant.id)
    target = Target(tenant=tenant, name=name, kind=kind, config=public, mode=mode)
    target.seal(secret)
    save_checked(target)
    told = {"kind": kind, "mode": mode, **told_config(public, secret)}
    subject = replace(app_subject(target), change=Change({}, told))
    record(tenant.id, Entry(type=EventType.TARGET_CREATED, actor=by, subjects=(subject,)))
    backfill(target, by=by)
    return target


def made_for(target: Target, config: dict[str, Any]) -> dict[str, Any]:
    """What nobody chose and is told this once, such as a secret."""
    return {name: value for name, value in target.settings.items() if name not in config}


def check_target(target: Target, *, by: Actor) -> None:
    """What "Test connection" does. Raises a DeliveryError with a sentence for a person."""
    try:
        with reached(target) as endpoint:
            endpoint.check()
    except DeliveryError as error:
        _record_check(target, by, Outcome.FAILURE, Severity.WARN, str(error))
        raise
    _record_check(target, by, Outcome.SUCCESS, Severity.INFO)


def _record_check(
    target: Target, by: Actor, outcome: Outcome, severity: Severity, reason: str | None = None
) -> None:
    entry = Entry(
        type=EventType.API_CALLED,
        actor=by,
        subjects=(app_subject(target),),
        outcome=outcome,
        severity=severity,
        reason=reason,
        debug={"direction": "outbound", "operation": "test"},
    )
    record(target.tenant_id, entry)


def address_of(target: Target) -> str:
    """Where it writes, for people, without secrets. Raises a DeliveryError if it can't be configured."""
    with reached(target) as endpoint:
        return endpoint.address


def pause(target: Target, *, by: Actor) -> bool:
    """Nothing is delivered until it is live again; changes wait. False if it was paused already."""
    return switch(target, Target.Mode.PAUSED, by=by)


def resume(target: Target, *, by: Actor) -> bool:
    """What waited, or was only rehearsed, is delivered. False if it was live already."""
    return switch(target, Target.Mode.LIVE, by=by)


EVENT_OF = {
    Target.Mode.LIVE: EventType.TARGET_RESUMED,
    Target.Mode.PAUSED: EventType.TARGET_PAUSED,
    Target.Mode.DRY_RUN: EventType.TARGET_CHANGED,
}


@transaction.atomic
def switch(target: Target, mode: Target.Mode, *, by: Actor) -> bool:
    """To live, paused or dry run. False if it is so already, or is being deleted."""
    row = Target.objects.select_for_update(no_key=True).exclude(mode__in=(mode, Target.Mode.DELETING))
    before = row.filter(id=target.id).values_list("mode", flat=True).first()
    if before is None:
        return False
    target.mode, target.has_rehearsed = mode, mode == Target.Mode.LIVE
    target.save(update_fields=["mode", "has_rehearsed"])
    if target.has_rehearsed:
        # A rehearsal under way ends as one, and is due again.
        target.replicas.filter(lease__isnull=False).locked().stir()
        go_live_part(target)
    subject = replace(app_subject(target), change=Change({"mode": before}, {"mode": mode}))
    record(target.tenant_id, Entry(type=EVENT_OF[mode], actor=by, subjects=(subject,)))
    wake_after_commit([target.id])
    return True
