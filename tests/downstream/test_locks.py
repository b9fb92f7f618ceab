"""Transactions at the same moment: nothing falls between them, and none waits for another in a circle."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction

from downstream import breaker
from downstream.errors import ErrorClass
from downstream.models import Replica, State, Target
from downstream.replays import replay
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.factories import actor, make_target, make_user

pytestmark = pytest.mark.django_db(transaction=True)

# Long enough for a statement to reach a lock and wait there.
WHILE = 0.3


def closing(call: Callable[[], object]) -> Callable[[], None]:
    """For a thread: with a database connection of its own."""

    def run() -> None:
        try:
            call()
        finally:
            connection.close()

    return run


def overlap(first: Callable[[], object], second: Callable[[], object]) -> None:
    """`second` begins after what `first` did and before it is committed."""
    done = Event()

    def slowly() -> None:
        with transaction.atomic():
            first()
            done.set()
            time.sleep(WHILE)

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(closing(slowly))
        assert done.wait(10)
        quick = pool.submit(closing(second))
        slow.result()
        quick.result()


@pytest.mark.parametrize("order", ["user first", "target first"])
def test_a_user_who_comes_while_a_target_is_added_is_owed_to_it(tenant: Tenant, order: str) -> None:
    steps: list[Callable[[], object]] = [
        lambda: make_user(tenant, "ada"),
        lambda: make_target(tenant, "late"),
    ]
    if order == "target first":
        steps.reverse()

    overlap(*steps)

    assert Replica.objects.filter(target__name="late", user__user_name="ada").exists()


def test_a_replay_and_the_end_of_trouble_do_not_wait_for_one_another(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    mine = hr.target.replicas.filter(user=ada)
    mine.update(state=State.RETRYING)
    Target.objects.filter(id=hr.target.id).update(trouble_class=ErrorClass.TRANSIENT)
    hr.target.refresh_from_db()

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            # Both want this row, and whoever comes first gets it first.
            mine.update(failures=1)
            replaying = pool.submit(closing(lambda: replay(mine, by=actor())))
            time.sleep(WHILE)
            ending = pool.submit(closing(lambda: breaker.close(hr.target)))
            time.sleep(WHILE)
        replaying.result()
        ending.result()

    assert hr.replica(ada).state == State.PENDING
    assert Target.objects.get(id=hr.target.id).trouble_class == ""
