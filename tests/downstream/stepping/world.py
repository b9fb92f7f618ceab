"""A tenant, one target, and a clock that a test moves by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from django.db import connection, models
from django.db.models import F

from directory.models import Group, User
from downstream.connectors.memory import Store, forget, store
from downstream.engine import drain
from downstream.models import Replica, Target
from tenants.models import Tenant
from tests.downstream.stepping.workers import BUDGET, Call, Order, Seam, Worker
from tests.factories import make_target, make_tenant

_numbers = count(1)
# What has happened stays where it is; all other moments lie ahead, and come nearer.
PAST = {"applied_at", "created_at", "failed_at"}


@dataclass(frozen=True)
class Flying:
    """A write that is on its way although its worker is dead. It lands before the clock shows `until`."""

    call: Call
    until: timedelta


@dataclass
class World:
    tenant: Tenant
    target: Target
    workers: list[Worker]
    flying: list[Flying] = field(default_factory=list)
    # Crashed workers: a greenlet that nobody refers to any more would be unwound, which no SIGKILL does.
    graves: list[Worker] = field(default_factory=list)
    clock: timedelta = timedelta(0)
    depth: int = field(default_factory=lambda: len(connection.savepoint_ids))

    @classmethod
    def begin(cls, workers: int) -> World:
        tenant = make_tenant()
        target = make_target(tenant, f"stepping-{next(_numbers)}")
        return cls(tenant, target, [Worker(target.id) for _ in range(workers)])

    def end(self) -> None:
        forget(self.target.name)

    @property
    def store(self) -> Store:
        return store(self.target.name)

    @property
    def replicas(self) -> models.QuerySet[Replica]:
        return self.target.replicas.select_related("user", "group").order_by("id")

    @property
    def users(self) -> list[User]:
        return list(User.objects.filter(tenant=self.tenant).living().order_by("created_at"))

    @property
    def groups(self) -> list[Group]:
        return list(Group.objects.filter(tenant=self.tenant).living().order_by("created_at"))

    @property
    def longest_call(self) -> timedelta:
        """Within this time the target has carried a call out, or never will."""
        return self.target.lease_time - timedelta(seconds=1)

    def step(self, number: int, order: Order) -> None:
        self.workers[number].step(order)
        assert len(connection.savepoint_ids) == self.depth, "a worker stands still inside a transaction"
        if self.workers[number].seam == Seam.IDLE:
            self.workers[number] = Worker(self.target.id)

    def drain(self) -> None:
        """By one more worker, who stands still nowhere."""
        drain(self.target.id, budget=BUDGET)

    def standing_at(self, *seams: Seam) -> list[int]:
        """Numbers of the workers that stand there."""
        return [number for number, worker in enumerate(self.workers) if worker.seam in seams]

    def crash(self, number: int) -> None:
        """The worker is gone; a call that it was about to make is under way."""
        if self.workers[number].seam == Seam.CALL:
            self.let_fly(number)
        self.graves.append(self.workers[number])
        self.workers[number] = Worker(self.target.id)

    def let_fly(self, number: int) -> None:
        """What the worker is about to do gets there when it likes."""
        if call := self.workers[number].call:
            self.flying.append(Flying(call, self.clock + self.longest_call))

    def land(self, flying: Flying) -> None:
        self.flying.remove(flying)
        flying.call.carry_out()

    def move_on(self, delay: timedelta) -> None:
        """Time goes by: every moment ahead comes nearer. What flies for too long never lands."""
        self.clock += delay
        self.flying = [flying for flying in self.flying if flying.until > self.clock]
        for queryset in (self.target.replicas.all(), Target.objects.filter(id=self.target.id)):
            nearer = {name: F(name) - delay for name in _moments(queryset.model)}
            queryset.update(**nearer)


def _moments(model: type[models.Model]) -> Iterator[str]:
    for column in model._meta.concrete_fields:
        if isinstance(column, models.DateTimeField) and column.name not in PAST:
            yield column.name
