"""Dependencies between targets: what is created or updated in one only after it is in step in another."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Case, Q, Value, When

from downstream import policy
from downstream.claims import Claim, finish
from downstream.models import Replica, State, Target
from downstream.refusals import Refusal
from downstream.wakeups import wake_after_commit
from downstream.work import Work
from lib.clock import moment_in
from tenants.models import Tenant

# How many that wait are made due at once when there is nothing to wait for any more; the others come by
# themselves.
AT_ONCE = 500


def awaited(work: Work) -> Replica | None:
    """Where this has to be first and is not yet. Whoever loses access waits for nobody."""
    after = work.replica.target.after_ids
    if not after or work.takes_away:
        return None
    there = Replica.objects.filter(
        target__in=after, user=work.replica.user_id, group=work.replica.group_id, applied__lt=work.version
    ).exclude(target__mode=Target.Mode.DELETING)
    failed_first = Case(When(state=State.PARKED, then=Value(0)), default=Value(1))
    return there.select_related("target").order_by(failed_first, "target__name").first()


def wait_for(claimed: Claim, first: Replica) -> None:
    """Woken by the success there; the time is for a lost wake-up."""
    finish(claimed, state=State.WAITING, due_at=moment_in(policy.WAIT_STEP), error=_sentence(first))


def _sentence(first: Replica) -> str:
    name = first.target.name
    if first.state == State.PARKED:
        return f"Waits for {name}, where it has failed: mend and replay it there first."
    if not first.target.is_live:
        return f"Waits for {name}, which is not live ({first.target.get_mode_display().lower()})."
    return f"Waits until it is in step in {name}."


@transaction.atomic
def wake_followers(replica: Replica) -> None:
    """After a delivery: what waits for it in other targets is due. Nothing is asked where nobody waits."""
    followers = replica.target.follower_ids
    if not followers:
        return
    now = Replica.objects.filter(id=replica.id)
    same = Replica.objects.filter(target__in=followers, user=replica.user_id, group=replica.group_id)
    # Whoever looks at this moment whether there is something to wait for looks again.
    looking = same.filter(Q(state=State.WAITING) | Q(lease__isnull=False), applied__lt=now.values("applied"))
    target_ids = looking.target_ids()
    if target_ids and looking.locked().stir():
        wake_after_commit(target_ids)


def free_followers(target: Target) -> None:
    """There is less to wait for from now on."""
    for follower_id in target.follower_ids:
        wake_waiting(follower_id)


def wake_waiting(target_id: uuid.UUID) -> None:
    waiting = Replica.objects.filter(target=target_id, state=State.WAITING).order_by("id")
    Replica.objects.filter(id__in=list(waiting.values_list("id", flat=True)[:AT_ONCE])).locked().stir()
    wake_after_commit([target_id])


def hold_order(tenant_id: uuid.UUID) -> None:
    """Nobody else changes an order in this tenant meanwhile: two changes could close a circle."""
    list(Tenant.objects.select_for_update(no_key=True).filter(id=tenant_id).values_list("id"))


def set_order(target: Target, after: Sequence[Target]) -> tuple[list[str], list[str]] | None:
    """The names before and now; None if nothing changes. Raises Refusal, for a circle above all."""
    old, new = set(target.after.all()), set(after)
    if old == new:
        return None
    if target in new:
        raise Refusal(f"{target.name} can't wait for itself.", field="after")
    if any(one.tenant_id != target.tenant_id for one in new):
        raise Refusal("A target waits only for targets of its own tenant.", field="after")
    _refuse_circle(target, new)
    target.after.set(new)
    if old - new:
        wake_waiting(target.id)
    return sorted(one.name for one in old), sorted(one.name for one in new)


def _refuse_circle(target: Target, after: set[Target]) -> None:
    edges: defaultdict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    links = Target.after.through.objects.filter(from_target__tenant=target.tenant_id)
    for one, other in links.values_list("from_target_id", "to_target_id"):
        edges[one].append(other)
    for first in sorted(after, key=lambda one: one.name):
        seen, ahead = set(), [first.id]
        while ahead:
            here = ahead.pop()
            if here == target.id:
                sentence = f"{first.name} waits for {target.name} itself: the two would wait for each other."
                raise Refusal(sentence, field="after")
            ahead += [one for one in edges[here] if one not in seen]
            seen.update(edges[here])
