"""The deletion guard: when many accounts are to be disabled or removed at once, a person is asked first."""

from __future__ import annotations

from datetime import timedelta

from django.db import models, transaction
from django.db.models.functions import Now
from django.utils import timezone

from audit.actor import Actor, system_actor
from audit.catalogue import EventType, Severity
from audit.log_event import Entry
from audit.services import record
from downstream.claims import Claim, finish
from downstream.errors import ErrorClass
from downstream.models import Replica, ReplicaQuerySet, State, Target
from downstream.refusals import Refusal
from downstream.subjects import app_subject
from downstream.wakeups import wake_after_commit
from downstream.work import Work
from lib.clock import moment_in

WINDOW = timedelta(hours=1)
CHUNK = 500
LONGEST_REASON = 500


def admits(claimed: Claim, work: Work) -> bool:
    """Whether this may be done now. If not, the replica is held and needs no other verdict.

    Exact, however many workers ask at once: whoever is admitted is counted before the next one is asked for.
    """
    replica = claimed.replica
    if not work.takes_away or replica.is_group or not replica.remote_id:
        return True
    with transaction.atomic():
        target = Target.objects.select_for_update(no_key=True).get(id=replica.target_id)
        admitted = _may_pass(target, Replica.objects.filter(id=replica.id))
        if admitted:
            Replica.objects.filter(id=replica.id).update(taken_away_at=Now(), held_since=None)
        else:
            _hold(claimed, target)
    return admitted


def _may_pass(target: Target, one: ReplicaQuerySet) -> bool:
    if not target.has_guard or Target.objects.filter(id=target.id, guard_open_until__gt=Now()).exists():
        return True
    if one.filter(held_since__isnull=False).exists():
        return False
    recent = _recent(target)
    # A call that is repeated, or a removal behind a deactivation: the account is counted already.
    return bool(recent.filter(id__in=one.values("id")).exists() or _has_room(target, recent))


def _recent(target: Target) -> ReplicaQuerySet:
    """Accounts that were taken away within the hour, without those that a person has allowed."""
    recent = target.replicas.filter(taken_away_at__gt=moment_in(-WINDOW), user__isnull=False)
    return recent.filter(taken_away_at__gt=target.guard_open_until) if target.guard_open_until else recent


def _has_room(target: Target, recent: ReplicaQuerySet) -> bool:
    """For one more. No more accounts are counted than it takes to say so."""
    count = recent.count() + 1
    if count <= target.guard_floor:
        return True
    if not target.guard_percent:
        return False
    needed = -(-count * 100 // target.guard_percent)
    there = target.replicas.filter(user__isnull=False, remote_id__gt="")
    removed = recent.filter(remote_id="").count()
    return there[:needed].count() + removed >= needed


def _hold(claimed: Claim, target: Target) -> None:
    sentence = "Held: many accounts of this target are to be disabled or removed. A person decides."
    finish(
        claimed,
        state=State.HELD,
        due_at=None,
        held_since=Now(),
        error_class="",
        error=sentence,
        error_attribute="",
        failed_at=None,
        failure_group=None,
    )
    if Target.objects.filter(id=target.id, guard_since=None).update(guard_since=Now()):
        reason = f"More than {limit_in_words(target)} are to be disabled or removed within an hour."
        _record(target, EventType.REMOVALS_HELD, system_actor(claimed.replica.transaction_id), reason)


def limit_in_words(target: Target) -> str:
    """`20 accounts and more than 5 % of all`"""
    floor = f"{target.guard_floor:,} accounts"
    return f"{floor} and more than {target.guard_percent} % of all" if target.guard_percent else floor


def allow(target: Target, *, by: Actor) -> int:
    """What is held is done, and for an hour nothing is held. Returns how many are due. Raises Refusal.

    Safe to call again after it was cut short.
    """
    with transaction.atomic():
        _require_held(target)
        Target.objects.filter(id=target.id).update(guard_open_until=moment_in(WINDOW))
        _record(target, EventType.REMOVALS_ALLOWED, by, f"Nothing is held for {_in_words(WINDOW)}.")
    count = 0
    while freed := _free_part(target):
        count += freed
    let_go(target)
    return count


def reject(target: Target, *, reason: str, by: Actor) -> int:
    """What is held fails, with the reason, until its user changes. Returns how many. Raises Refusal.

    A replay of these goes through the guard again.
    """
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise Refusal("Say why: the reason is shown at each of them.", field="reason")
    with transaction.atomic():
        _require_held(target)
        _record(target, EventType.REMOVALS_REJECTED, by, reason)
    sentence = f"{by.display_name} rejected this on {timezone.now():%Y-%m-%d}: {reason}"
    count = 0
    while parked := _park_part(target, sentence):
        count += parked
    let_go(target)
    return count


def _require_held(target: Target) -> None:
    row = Target.objects.select_for_update(no_key=True).get(id=target.id)
    if row.guard_since is None:
        raise Refusal(f"Nothing is held for {target.name}.")


@transaction.atomic
def _free_part(target: Target) -> int:
    ids = list(_stopped(target)[:CHUNK])
    return Replica.objects.filter(id__in=ids).locked().stir(state=State.PENDING, held_since=None)


@transaction.atomic
def _park_part(target: Target, sentence: str) -> int:
    chosen = Replica.objects.filter(id__in=list(_stopped(target)[:CHUNK]), state=State.HELD).locked()
    return chosen.filter(state=State.HELD).update(
        state=State.PARKED,
        held_since=None,
        error_class=ErrorClass.REJECTED,
        error=sentence,
        failed_at=Now(),
    )


def _stopped(target: Target) -> models.QuerySet[Replica, int]:
    return target.replicas.held().order_by("id").values_list("id", flat=True)


@transaction.atomic
def let_go(target: Target) -> None:
    """The guard holds nothing any more, unless it does: others may have been held meanwhile.

    Called after a decision, and after each delivery of what was held: its user may have come back.
    """
    row = Target.objects.filter(id=target.id)
    list(row.select_for_update(no_key=True).values_list("id"))
    if not target.replicas.held().exists():
        row.update(guard_since=None)
    wake_after_commit([target.id])


def _in_words(window: timedelta) -> str:
    return "an hour" if window == timedelta(hours=1) else f"{window / timedelta(minutes=1):g} minutes"


def _record(target: Target, kind: EventType, by: Actor, reason: str) -> None:
    subjects = (app_subject(target),)
    record(
        target.tenant_id,
        Entry(type=kind, actor=by, subjects=subjects, severity=Severity.WARN, reason=reason),
    )
