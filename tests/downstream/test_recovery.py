"""After trouble: one worker looks, one delivery is tried, then more and more."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import ClassVar

import pytest

from downstream.claims import claim
from downstream.connectors import REGISTRY
from downstream.connectors.memory import MemoryConnector
from downstream.engine import take_turn
from downstream.errors import AccessDenied, Transient
from downstream.models import Attempt, State, Target
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.factories import make_user

BUDGET = timedelta(seconds=20)


class Watched(MemoryConnector):
    """Another worker comes while this one checks; what it sees of the allowance is noted before each call."""

    target_id: ClassVar[uuid.UUID]
    checks: ClassVar[list[int]]
    allowances: ClassVar[list[int | None]]

    def check(self) -> None:
        self.checks.append(-1)
        place = len(self.checks) - 1
        self.checks[place] = take_turn(self.target_id, budget=BUDGET).count
        super().check()

    def put(self, *arguments, **options):  # type: ignore[no-untyped-def]  # whatever the contract says
        self.allowances.append(Target.objects.get(id=self.target_id).allowance)
        return super().put(*arguments, **options)


@pytest.fixture
def watched(hr: Downstream, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Watched]]:
    Watched.target_id, Watched.checks, Watched.allowances = hr.target.id, [], []
    monkeypatch.setitem(REGISTRY, "memory", Watched)
    yield Watched


def bring_into_trouble(tenant: Tenant, hr: Downstream, *, users: int) -> None:
    """Then its pause is over."""
    for number in range(users):
        make_user(tenant, f"user{number}")
    hr.store.errors.append(AccessDenied("Wrong password."))
    hr.drain()
    hr.retry_now()
    assert Target.objects.get(id=hr.target.id).trouble_class


def test_one_worker_at_a_time_probes(tenant: Tenant, hr: Downstream, watched: type[Watched]) -> None:
    bring_into_trouble(tenant, hr, users=5)

    hr.drain()

    # One check, during which the other worker delivered nothing, nor checked.
    assert watched.checks == [0]


def test_after_trouble_one_claim_at_a_time_until_it_is_over(tenant: Tenant, hr: Downstream) -> None:
    bring_into_trouble(tenant, hr, users=5)

    claims = [claim(hr.target) for _ in range(3)]

    assert [claimed is not None for claimed in claims] == [True, False, False]


def test_the_concurrency_doubles_with_each_answer_until_it_is_what_it_was(
    tenant: Tenant, hr: Downstream, watched: type[Watched]
) -> None:
    Target.objects.filter(id=hr.target.id).update(concurrency=8)
    bring_into_trouble(tenant, hr, users=6)
    watched.allowances.clear()

    hr.drain()

    assert watched.allowances == [1, 2, 4, None, None, None]


def test_while_it_recovers_no_more_calls_at_once_than_it_is_allowed(tenant: Tenant, hr: Downstream) -> None:
    for number in range(4):
        make_user(tenant, f"user{number}")
    Target.objects.filter(id=hr.target.id).update(allowance=2)

    claims = [claim(hr.target) for _ in range(4)]

    assert sum(claimed is not None for claimed in claims) == 2


def test_a_check_that_fails_touches_no_replica_and_opens_the_breaker_for_longer(
    tenant: Tenant, hr: Downstream
) -> None:
    bring_into_trouble(tenant, hr, users=2)
    attempts = Attempt.objects.count()
    hr.store.errors.append(Transient("Still away."))

    hr.drain()

    target = Target.objects.get(id=hr.target.id)
    assert target.retry_at is not None
    assert target.allowance == 1
    assert Attempt.objects.count() == attempts
    assert not hr.target.replicas.exclude(lease=None, crashes=0).exists()


def test_trouble_in_the_middle_of_a_ramp_begins_it_anew(tenant: Tenant, hr: Downstream) -> None:
    bring_into_trouble(tenant, hr, users=3)
    Target.objects.filter(id=hr.target.id).update(trouble_class="", allowance=4, concurrency=16)
    hr.store.errors.append(AccessDenied("Wrong again."))

    hr.drain()

    assert Target.objects.get(id=hr.target.id).allowance == 1


def test_a_worker_that_dies_while_it_probes_holds_the_others_up_for_a_lease_only(
    tenant: Tenant, hr: Downstream
) -> None:
    bring_into_trouble(tenant, hr, users=2)
    assert claim(hr.target) is not None
    hr.target.replicas.exclude(lease=None).update(lease_until="2020-01-01T00:00:00Z")

    hr.drain()
    hr.retry_now()
    hr.drain()

    assert not hr.target.replicas.exclude(state=State.SYNCED).exists()
