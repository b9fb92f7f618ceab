"""Fix and replay: a value of one replica that stands in for what the mapping makes, until it is ended."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from audit.actor import Actor, system_actor
from audit.catalogue import EventType
from audit.log_event import Entry
from audit.services import record
from directory.schemas import schema_of
from downstream.calls import opened
from downstream.connectors.base import Field
from downstream.errors import BadData, DeliveryError
from downstream.fields import HIDDEN, hidden_fields
from downstream.models import Override, Replica, State, Trigger
from downstream.refusals import Refusal
from downstream.subjects import replica_subjects
from downstream.wakeups import wake_after_commit
from downstream.work import prepare
from lib.schema import ResourceSchema

LONGEST_VALUE = 10_000
EXPIRED = "It expired."
CHUNK = 200


def fields_of(replica: Replica) -> tuple[Field, ...]:
    """What may be overridden: what the target has names for and what identifies nobody.

    Raises a DeliveryError where the target's configuration can't be used; asks nobody else.
    """
    with opened(replica.target) as connector:
        return tuple(field for field in connector.fields(_kind(replica)) if not field.identifies)


def override(
    replica: Replica, field: str, value: Any, *, reason: str, expires_at: datetime | None, by: Actor
) -> Override:
    """The replica is delivered again, with this value, until the override is ended or expires.

    An earlier override of the field ends. Raises Refusal, and a DeliveryError where the target's
    configuration can't be used. Asks the target whether the value fits, if it answers.
    """
    _refuse_senseless(value, reason, expires_at)
    with opened(replica.target) as connector:
        known = connector.fields(_kind(replica))
    _refuse_dangerous(replica, field, known)
    if misfit := _misfit(replica, field, value):
        raise Refusal(misfit)
    made = Override(
        replica=replica,
        field=field,
        is_hidden=field in hidden_fields(known, _schema(replica)),
        reason=reason.strip(),
        made_by=by.display_name[:255],
        expires_at=expires_at,
    )
    made.seal(value)
    _begin(made, by)
    return made


@transaction.atomic
def _begin(made: Override, by: Actor) -> None:
    Replica.objects.filter(id=made.replica_id).locked()
    made.replica.overrides.filter(field=made.field, ended_at=None).update(ended_at=Now())
    made.save(force_insert=True)
    _log(EventType.OVERRIDE_CREATED, made, made.reason, by)
    _free(made.replica, by)


@transaction.atomic
def end(override: Override, *, by: Actor, reason: str | None = None) -> bool:
    """What the mapping makes is delivered again. False if it had ended already."""
    Replica.objects.filter(id=override.replica_id).locked()
    ended = Override.objects.filter(id=override.id, ended_at=None).update(ended_at=Now())
    if ended:
        _log(EventType.OVERRIDE_DELETED, override, reason, by)
        _free(override.replica, by)
    return bool(ended)


def end_expired() -> int:
    """Called again and again. Returns how many have ended; each is a transaction of its own."""
    expired = Override.objects.to_be_ended().with_replica()
    return sum(end(one, by=system_actor(), reason=EXPIRED) for one in expired.order_by("id")[:CHUNK])


def _free(replica: Replica, by: Actor) -> None:
    Replica.objects.filter(id=replica.id).stir(
        is_overridden=replica.overrides.filter(ended_at=None).exists(),
        state=State.PENDING,
        failures=0,
        crashes=0,
        fingerprint="",
        trigger=Trigger.OVERRIDE,
        transaction_id=by.transaction_id,
    )
    wake_after_commit([replica.target_id])


def _refuse_senseless(value: Any, reason: str, expires_at: datetime | None) -> None:
    if isinstance(value, dict | list) or len(json.dumps(value)) > LONGEST_VALUE:
        raise Refusal(
            f"A value is a text, a number, true, false or null, of at most {LONGEST_VALUE:,} letters."
        )
    if not reason.strip():
        raise Refusal("Say why: whoever finds the override later has to know.")
    if expires_at is not None and expires_at <= timezone.now():
        raise Refusal("The override would have expired already. Choose a later time, or none.")


def _refuse_dangerous(replica: Replica, field: str, fields: Iterable[Field]) -> None:
    if not replica.resource.is_living:
        raise Refusal(f"{replica.resource.label} is deleted: there is nothing to override.")
    known = {one.name: one for one in fields}
    if field not in known:
        names = ", ".join(one.name for one in known.values() if not one.identifies) or "none"
        raise Refusal(
            f"{replica.target.name} has no field {field!r} that could be overridden. There is: {names}."
        )
    if known[field].identifies:
        raise Refusal(
            f"{field} identifies the account in {replica.target.name}: another value would lead to somebody "
            "else's. Change the user or group, or the entry over there."
        )


def _misfit(replica: Replica, field: str, value: Any) -> str:
    """What the target says against the value. Whether it answers, or refuses others, shows later."""
    work = prepare(replica)
    try:
        with opened(replica.target) as connector:
            connector.render(work.document, {**work.overrides.values, field: value})
    except BadData as error:
        return str(error) if error.attribute == field else ""
    except DeliveryError:
        return ""
    return ""


def _kind(replica: Replica) -> str:
    return "Group" if replica.is_group else "User"


def _schema(replica: Replica) -> ResourceSchema:
    return schema_of(replica.target.tenant, _kind(replica))


def _log(kind: EventType, override: Override, reason: str | None, by: Actor) -> None:
    entry = Entry(
        type=kind,
        actor=by,
        subjects=replica_subjects(override.replica),
        reason=reason,
        version=override.replica.resource.version,
        debug={
            "field": override.field,
            "value": HIDDEN if override.is_hidden else json.dumps(override.value),
        },
    )
    record(override.replica.target.tenant_id, entry)
