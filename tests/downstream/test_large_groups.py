"""A group of more members than a call may carry is delivered in parts, by whoever is alive."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

import pytest
from django.utils import timezone

from directory.models import Group, User
from directory.services import change_group
from downstream.connectors import REGISTRY
from downstream.connectors.memory import MemoryConnector
from downstream.errors import Transient
from downstream.models import Attempt, State
from lib.documents import Member
from lib.documents.changes import AddMembers, MemberChange, RemoveAllMembers
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.test_claims import let_the_lease_run_out
from tests.factories import actor, make_group, make_user


class Recording(MemoryConnector):
    """Remembers the size of each part, and dies in the parts that tests name."""

    parts: ClassVar[list[int]] = []
    dies_in: ClassVar[set[int]] = set()

    def put_members(self, remote_id: str, *, add: Sequence[str], remove: Sequence[str]) -> None:
        number = len(self.parts)
        self.parts.append(len(add) + len(remove))
        if number in self.dies_in:
            raise KeyboardInterrupt
        super().put_members(remote_id, add=add, remove=remove)


@pytest.fixture
def small(hr: Downstream, monkeypatch: pytest.MonkeyPatch) -> Downstream:
    """A target that takes two members in a call."""
    for held in (Recording.parts, Recording.dies_in):
        held.clear()
    monkeypatch.setitem(REGISTRY, "memory", Recording)
    hr.target.config["members_per_call"] = 2
    hr.target.save(update_fields=["config"])
    return hr


def everyone(tenant: Tenant, count: int) -> list[User]:
    return [make_user(tenant, f"user{number}") for number in range(count)]


def members(hr: Downstream, group: Group) -> set[str]:
    return {member["value"] for member in hr.account(group)["members"]}  # type: ignore[attr-defined]  # a list


def expected(hr: Downstream, users: Sequence[User]) -> set[str]:
    return {hr.replica(user).remote_id for user in users}


def change(group: Group, *changes: MemberChange) -> None:
    change_group(group.tenant, group.id, lambda document: document, list(changes), by=actor())


def test_a_large_group_arrives_in_parts(tenant: Tenant, small: Downstream) -> None:
    users = everyone(tenant, 5)
    group = make_group(tenant, "Everyone", *users)

    small.drain()

    assert members(small, group) == expected(small, users)
    assert Recording.parts == [2, 2, 1]
    assert small.replica(group).state == State.SYNCED


def test_a_small_group_is_one_call(tenant: Tenant, small: Downstream) -> None:
    users = everyone(tenant, 2)
    group = make_group(tenant, "Two", *users)

    small.drain()

    assert members(small, group) == expected(small, users)
    assert Recording.parts == []


def test_one_more_member_writes_no_other(tenant: Tenant, small: Downstream) -> None:
    users = everyone(tenant, 5)
    group = make_group(tenant, "Everyone", *users)
    small.drain()
    Recording.parts.clear()
    late = make_user(tenant, "late")
    small.drain()
    change(group, AddMembers((Member(value=str(late.id)),)))

    small.drain()

    assert members(small, group) == expected(small, [*users, late])
    assert Recording.parts == [1]


def test_a_group_that_was_large_is_emptied_in_parts(tenant: Tenant, small: Downstream) -> None:
    group = make_group(tenant, "Everyone", *everyone(tenant, 5))
    small.drain()
    Recording.parts.clear()
    change(group, RemoveAllMembers())

    small.drain()

    assert members(small, group) == set()
    assert Recording.parts == [2, 2, 1]


def test_a_worker_that_dies_in_the_middle_costs_one_part(tenant: Tenant, small: Downstream) -> None:
    users = everyone(tenant, 7)
    small.drain()
    group = make_group(tenant, "Everyone", *users)
    Recording.dies_in.add(2)
    with pytest.raises(KeyboardInterrupt):
        small.drain()
    let_the_lease_run_out(small)

    small.drain()

    assert members(small, group) == expected(small, users)
    assert Recording.parts == [2, 2, 2, 2, 1]
    assert len(small.store.accounts) == len(users) + 1


def test_a_worker_that_lost_its_lease_stops_at_the_next_part(
    tenant: Tenant, small: Downstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = everyone(tenant, 6)
    small.drain()
    group = make_group(tenant, "Everyone", *users)
    whole = Recording.put_members

    def overtaken(self: Recording, remote_id: str, *, add: Sequence[str], remove: Sequence[str]) -> None:
        whole(self, remote_id, add=add, remove=remove)
        if len(self.parts) == 1:
            # Somebody took over, and is dead by now.
            past = timezone.now() - timedelta(seconds=1)
            small.target.replicas.filter(group=group).update(lease=uuid.uuid4(), lease_until=past)

    monkeypatch.setattr(Recording, "put_members", overtaken)
    small.drain()
    attempts = Attempt.objects.filter(replica__group=group).order_by("id").values_list("outcome", flat=True)

    assert list(attempts) == [Attempt.Outcome.LATE, Attempt.Outcome.DONE]
    assert Recording.parts == [2, 2, 2]
    assert members(small, group) == expected(small, users)
    assert small.replica(group).state == State.SYNCED


def test_a_part_that_fails_is_retried_from_where_it_stood(tenant: Tenant, small: Downstream) -> None:
    users = everyone(tenant, 5)
    small.drain()
    group = make_group(tenant, "Everyone", *users)
    small.store.read_errors.append(Transient("It did not answer."))

    small.drain()
    state = small.replica(group).state
    small.retry_now()
    small.drain()

    assert state == State.RETRYING
    assert members(small, group) == expected(small, users)
    assert len(small.store.accounts) == 6
