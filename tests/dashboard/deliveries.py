"""Deliveries that end as a test needs them to."""

from __future__ import annotations

from datetime import timedelta

from directory.models import User
from downstream.connectors import memory
from downstream.engine import drain
from downstream.models import Replica, Target


def deliver(target: Target) -> None:
    drain(target.id, budget=timedelta(seconds=20))


def fail(target: Target, *users: User) -> None:
    """Deliver everything; the target refuses these."""
    memory.store(target.name).refused.update(user.user_name for user in users)
    deliver(target)


def mend(target: Target) -> None:
    """The target refuses nobody any more."""
    memory.store(target.name).refused.clear()


def replica_of(user: User) -> Replica:
    return Replica.objects.select_related("target", "user", "group").get(user=user)
