"""What has to be true of a target after each step, and at the end."""

from __future__ import annotations

from collections import Counter
from typing import Any

from directory.models import Group, User
from downstream.models import Replica, State
from tests.downstream.stepping.world import World

Held = dict[str, Any]
# A person decides, or makes the target live.
FOR_PEOPLE = (State.PARKED, State.HELD, State.REHEARSED)


def no_two_live_leases(world: World) -> None:
    live = list(world.target.replicas.in_hand().values_list("lease", flat=True))
    held = [worker.claim for worker in world.workers if worker.claim]
    living = Counter(claim.replica.pk for claim in held if claim.lease in live)

    assert all(times == 1 for times in living.values()), "two workers have one replica in hand"
    assert len(live) <= world.target.concurrency, "more calls at once than the target allows"


def nothing_is_left_behind(world: World) -> None:
    """Whatever is not in step is due, in hand, or waits for a person; somebody will look at it."""
    in_hand = {worker.claim.replica.pk for worker in world.workers if worker.claim}
    for replica in world.replicas:
        watched = replica.due_at is not None or replica.lease is not None or replica.pk in in_hand
        if not watched and replica.state not in FOR_PEOPLE:
            assert replica.state == State.SYNCED, f"{replica} is {replica.state} and nobody's"
            assert replica.applied == replica.desired == replica.resource.version, f"{replica} is behind"
            assert accounts_of(world, replica.resource) == wanted_of(replica), f"{replica} is not in step"


def target_equals_directory(world: World) -> None:
    there = sorted(map(repr, map(_held, world.store.accounts.values())))
    wanted = sorted(repr(one) for replica in world.replicas for one in wanted_of(replica))
    assert there == wanted, f"over there {there}, wanted {wanted}"
    for replica in world.replicas:
        assert (replica.state, replica.due_at, replica.lease) == (State.SYNCED, None, None), f"{replica}"
        assert replica.applied == replica.desired == replica.resource.version, f"{replica} is behind"


def accounts_of(world: World, resource: User | Group) -> list[Held]:
    return [_held(account) for account in world.store.accounts.values() if account["id"] == str(resource.id)]


def wanted_of(replica: Replica) -> list[Held]:
    """None where it is deleted; else the one account, as it should be."""
    resource = replica.resource
    if not resource.is_living:
        return []
    return [_held({**resource.document, "id": str(resource.id), **_members(replica, resource)})]


def _members(replica: Replica, resource: User | Group) -> Held:
    if isinstance(resource, User):
        return {}
    there = Replica.objects.filter(target=replica.target_id, user__memberships__group=resource)
    ids = there.exclude(remote_id="").values_list("remote_id", flat=True)
    return {"members": [{"value": remote_id} for remote_id in ids]}


def _held(account: Held) -> Held:
    """What counts of an account."""
    told = {name: account.get(name) for name in ("id", "userName", "displayName", "active")}
    return {**told, "members": sorted(member["value"] for member in account.get("members", []))}
