"""The circuit breaker of a target: while it is open nothing is tried; then come a check and one delivery."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Case, F, When
from django.db.models.functions import Now

from audit.actor import system_actor
from audit.catalogue import EventType, Outcome, Severity
from audit.log_event import Entry
from audit.services import record
from downstream import policy
from downstream.calls import guarded
from downstream.claims import Claim, renew
from downstream.connectors.base import AnyEndpoint
from downstream.errors import DeliveryError, ErrorClass
from downstream.models import Replica, State, Target
from downstream.subjects import app_subject
from lib.clock import moment_in

CHUNK = 500
EVENT_OF = {
    ErrorClass.ACCESS: EventType.TARGET_ACCESS,
    ErrorClass.THROTTLED: EventType.TARGET_RATE_LIMIT,
}


def strike(target: Target, error: DeliveryError) -> None:
    """Count a failure that may concern the whole target, and leave it alone for a while if it does."""
    if error.error_class not in {ErrorClass.TRANSIENT, ErrorClass.ACCESS, ErrorClass.THROTTLED}:
        return
    _count(target)
    pause = policy.hold(error, target.strikes)
    if pause is not None:
        _open(target, error, pause)


def trip(target: Target, error: DeliveryError) -> None:
    """The target can't be reached at all, whatever the class of the error: leave it alone for a while."""
    _count(target)
    _open(target, error, policy.hold(error, target.strikes) or policy.pause(target.strikes))


def _count(target: Target) -> None:
    Target.objects.filter(id=target.id).update(strikes=F("strikes") + 1)
    target.refresh_from_db(fields=["strikes", "trouble_class"])


def _open(target: Target, error: DeliveryError, pause: timedelta) -> None:
    with transaction.atomic():
        row = Target.objects.filter(id=target.id)
        row.update(resume_at=moment_in(pause), trouble=str(error), allowance=1)
        # Logged once, by whoever opens it.
        if row.filter(trouble_class="").update(trouble_class=error.error_class, trouble_since=Now()):
            kind = EVENT_OF.get(error.error_class, EventType.TARGET_TROUBLE)
            throttled = error.error_class == ErrorClass.THROTTLED
            outcome, severity = (
                (Outcome.RATE_LIMIT, Severity.WARN) if throttled else (Outcome.FAILURE, Severity.ERROR)
            )
            record(target.tenant_id, _entry(target, kind, outcome, severity, str(error)))


def probe(target: Target, endpoint: AnyEndpoint, claimed: Claim) -> bool:
    """Half-open: after trouble, a check decides whether one delivery is tried.

    As there is one lease at most on replicas of a target in trouble, one worker at a time comes here.
    """
    try:
        with guarded(f"target {target.id}"):
            endpoint.check()
    except DeliveryError as error:
        trip(target, error)
        return False
    # The check took its time.
    return renew(claimed, target)


def widen(target: Target) -> None:
    """After trouble each answer doubles how many calls may be under way, up to what is usual."""
    if target.allowance is None:
        return
    wider = Target.objects.filter(id=target.id, trouble_class="", allowance__isnull=False)
    doubled = F("allowance") * 2
    wider.update(allowance=Case(When(concurrency__gt=doubled, then=doubled), default=None))


def close(target: Target) -> None:
    """A delivery got an answer: what was waiting for the target goes ahead at once."""
    if not target.trouble_class:
        return
    with transaction.atomic():
        troubled = Target.objects.filter(id=target.id).exclude(trouble_class="")
        closed = troubled.update(trouble_class="", trouble="", trouble_since=None, strikes=0, resume_at=None)
        if closed:
            sentence = "The target answers again."
            record(
                target.tenant_id,
                _entry(target, EventType.TARGET_TROUBLE, Outcome.SUCCESS, Severity.INFO, sentence),
            )
    target.trouble_class, target.strikes = "", 0
    if closed:
        _retry_now(target)


def _retry_now(target: Target) -> None:
    """Part by part, so that no change waits for all of them; what a crash leaves has a time of its own."""
    retrying = Replica.objects.filter(target=target, state=State.RETRYING, lease=None)
    last = 0
    while ids := list(retrying.filter(id__gt=last).order_by("id").values_list("id", flat=True)[:CHUNK]):
        with transaction.atomic():
            retrying.filter(id__in=ids).locked().stir()
        last = ids[-1]


def forget_strikes(target: Target) -> None:
    """A success ends a row of failures."""
    if target.strikes:
        Target.objects.filter(id=target.id, trouble_class="").update(strikes=0)
        target.strikes = 0


def _entry(target: Target, kind: EventType, outcome: Outcome, severity: Severity, reason: str) -> Entry:
    return Entry(
        type=kind,
        actor=system_actor(),
        subjects=(app_subject(target),),
        outcome=outcome,
        severity=severity,
        reason=reason,
    )
