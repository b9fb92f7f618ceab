"""How a delivery ends: replica, attempt and event in one short transaction, fenced by the lease."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, F, JSONField, Value, When
from django.db.models.functions import Coalesce, Now

from directory.models import Group, User
from downstream import breaker, policy
from downstream.claims import Claim, finish
from downstream.errors import DeliveryError, ErrorClass, Exists
from downstream.failures import failure_group_id
from downstream.journal import Tried, log_failure, log_success, write_attempt
from downstream.models import FAILED, Replica, ReplicaQuerySet, State
from downstream.neighbours import may_be_waited_for
from downstream.work import DOUBTFUL, Operation, Work
from lib.clock import moment_in

DOUBT_ENDS = Case(When(DOUBTFUL, then=F("doubtful_until")), default=Value(None))

CLEAN: dict[str, Any] = {
    "state": State.SYNCED,
    "due_at": DOUBT_ENDS,
    "failures": 0,
    "crashes": 0,
    "doubtful_until": DOUBT_ENDS,
    "error_class": "",
    "error": "",
    "error_attribute": "",
    "failed_at": None,
    "failure_group": None,
    "tried_name": Case(When(DOUBTFUL, then=F("tried_name")), default=Value("")),
    "tried": Case(When(DOUBTFUL, then=F("tried")), default=Value(None, JSONField())),
    "held_since": None,
}


def succeed(claimed: Claim, tried: Tried, remote_id: str) -> None:
    """The target has what was read. Another replica with the same id over there turns it into a failure."""
    try:
        with transaction.atomic():
            kept = finish(claimed, **{**_ending(tried.work), **_applied(tried.work, remote_id)})
            write_attempt(tried, in_time=kept)
            if kept:
                log_success(tried)
                _wake_dependants(tried.work, remote_id)
    except IntegrityError as error:
        if "remote" not in str(error):
            raise
        owner = _give_back(claimed.replica, remote_id)
        if owner and owner.applied < owner.desired:
            block(claimed, tried.work, owner)
            return
        sentence = f"The entry {remote_id} over there is already that of another user or group of Lockstep."
        fail(claimed, Tried(tried.work, Exists(sentence), tried.started_at, tried.took_ms))
        return
    breaker.forget_strikes(claimed.replica.target)


def settle(claimed: Claim, work: Work) -> None:
    """Nothing has to be done: the target has this already, or never heard of it."""
    with transaction.atomic():
        if finish(claimed, **_ending(work), applied=work.version):
            _wake_dependants(work, work.replica.remote_id)


def block(claimed: Claim, work: Work, blocker: Replica) -> None:
    """Another replica has the name over there. If it is to give it up soon, wait; else a person decides."""
    name = claimed.replica.name_key
    if blocker.due_at is None:
        sentence = f"Another group or user named {name!r} is in the target already. Rename one of them."
        fail(claimed, Tried(work, Exists(sentence)))
        return
    sentence = f"Waits until the change of the one that is named {name!r} in the target has been delivered."
    finish(claimed, state=State.WAITING, due_at=moment_in(policy.WAIT_STEP), error=sentence)


def wait_for_certainty(claimed: Claim) -> None:
    """An earlier call may still make an account under another name: one under this name would be a second."""
    sentence = "Waits until it is certain what became of an earlier call, which was for another name."
    finish(claimed, state=State.WAITING, due_at=Coalesce(DOUBT_ENDS, Now()), error=sentence)


def fail(claimed: Claim, tried: Tried) -> None:
    """Park or retry, as the class of the error says; the target may be left alone for a while."""
    error, replica = tried.error, claimed.replica
    if error is None:
        raise ValueError("A failure has an error.")
    remedy = policy.remedy(error, replica.failures)
    # Before the transaction: many workers meet at one row, and nobody is to hold it.
    group = failure_group_id(tried.work, error) if remedy.state in FAILED else None
    with transaction.atomic():
        kept = finish(
            claimed,
            state=remedy.state,
            due_at=None if remedy.delay is None else moment_in(remedy.delay),
            failures=replica.failures + int(remedy.counts),
            error_class=error.error_class,
            error=str(error),
            error_attribute=error.attribute[:255],
            failed_at=Now(),
            failure_group=group,
            # A call that failed may have been carried out all the same.
            fingerprint="",
            **_refused(claimed, error),
            **_unheard(claimed, error),
        )
        write_attempt(tried, in_time=kept)
        if kept:
            log_failure(tried, remedy)
    breaker.strike(replica.target, error)


def _refused(claimed: Claim, error: DeliveryError) -> dict[str, Any]:
    """What the target would not do has made no account, as far as this call goes."""
    is_first = not claimed.replica.tried_name
    if error.error_class == ErrorClass.EXISTS or (is_first and error.error_class == ErrorClass.DATA):
        return {"tried_name": "", "tried": None}
    return {}


def _unheard(claimed: Claim, error: DeliveryError) -> dict[str, Any]:
    """A call without an answer may be carried out after a newer one: until then nothing is certain."""
    if error.error_class in {ErrorClass.TRANSIENT, ErrorClass.BUG}:
        return {"doubtful_until": moment_in(claimed.replica.target.lease_time)}
    return {}


def _ending(work: Work) -> dict[str, Any]:
    """State and time of the next delivery after all went well; failures are forgotten."""
    if not work.absent:
        return CLEAN
    sentence = f"Waits for {work.absent} members that have no account in the target yet."
    due_at = Case(When(DOUBTFUL, then=F("doubtful_until")), default=moment_in(policy.WAIT_STEP))
    return {**CLEAN, "state": State.WAITING, "due_at": due_at, "error": sentence}


def _applied(work: Work, remote_id: str) -> dict[str, Any]:
    """What the target has from now on."""
    gone = work.operation == Operation.REMOVE
    back = {} if work.takes_away else {"taken_away_at": None}
    # A doubtful write is repeated, and so is one during which somebody asked for another: neither is known.
    sure = When(~DOUBTFUL, nudge=work.replica.nudge, then=Value(work.fingerprint))
    return {
        "applied": work.version,
        "applied_at": Now(),
        "remote_id": remote_id,
        "fingerprint": Case(sure, default=Value("")),
        "applied_name": "" if gone else work.replica.name_key,
        "applied_members": len(work.document.get("members", ())),
        "applied_active": None if gone else work.document.get("active"),
        **(_tried_again(work) if gone else {}),
        **back,
    }


def _tried_again(work: Work) -> dict[str, Any]:
    """A dead worker's update that lands after the removal makes the account anew, under the name."""
    replica = work.replica
    name, document = replica.tried_name or replica.name_key, replica.tried or work.document
    return {
        "tried_name": Case(When(DOUBTFUL, then=Value(name)), default=Value("")),
        "tried": Case(When(DOUBTFUL, then=Value(document, JSONField())), default=Value(None, JSONField())),
    }


def _give_back(replica: Replica, remote_id: str) -> Replica | None:
    """The call wrote over the entry of somebody else: it is written again as theirs."""
    same_kind = Replica.objects.of_kind_of(replica)
    same_kind.filter(remote_id=remote_id).stir(fingerprint="")
    return same_kind.filter(remote_id=remote_id).first()


def _wake_dependants(work: Work, remote_id: str) -> None:
    """A new account waits for its name, groups wait for their members' accounts."""
    replica = work.replica
    here = Replica.objects.filter(target=replica.target_id)
    kept = replica.name_key if remote_id else ""
    if given_up := {replica.applied_name, replica.tried_name} - {"", kept}:
        _named(replica, given_up).filter(remote_id="").exclude(id=replica.id).locked().stir()
    if replica.user_id and remote_id != replica.remote_id and may_be_waited_for(replica):
        here.filter(group__deleted_at=None, group__memberships__user=replica.user_id).locked().stir()


def _named(replica: Replica, names: set[str]) -> ReplicaQuerySet:
    """Of the same kind, in the same target; nobody who is gone wants a name."""
    tenant, here = replica.target.tenant_id, Replica.objects.of_kind_of(replica)
    if replica.is_group:
        return here.filter(group__in=Group.objects.living().filter(tenant=tenant, display_name_key__in=names))
    return here.filter(user__in=User.objects.living().filter(tenant=tenant, user_name_key__in=names))
