"""Wait mode: who changes something sees what a target makes of it, in time or not at all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from directory.models import User
from downstream import waiting
from downstream.connectors.memory import Store, forget, store
from downstream.engine import drain
from downstream.models import State, Target
from downstream.replays import replay
from downstream.settings import change_target
from tenants.models import Tenant
from tests.factories import actor, make_target, user_document
from tests.log import log_events
from tests.scim.bulks import new_user, run
from tests.scim.client import ScimClient, body

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hr(tenant: Tenant, stranger: Tenant) -> Iterator[Target]:
    """Waited for as long as may be; so is the stranger's, whom nothing happens to."""
    target = make_target(tenant, "waited-for")
    for one in (target, make_target(stranger, "strangers-waited-for")):
        change_target(one, wait_seconds=25, by=actor())
    yield target
    forget("waited-for")


@pytest.fixture
def there(hr: Target) -> Store:
    return store("waited-for")


@contextmanager
def worker(target: Target) -> Iterator[None]:
    """Delivers, as a worker does beside the request."""
    stopping = threading.Event()

    def work() -> None:
        try:
            while not stopping.wait(0.02):
                drain(target.id, budget=timedelta(seconds=5))
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    start = time.monotonic()
    return call(), time.monotonic() - start


def test_a_create_is_answered_when_the_target_has_it(okta: ScimClient, hr: Target, there: Store) -> None:
    with worker(hr):
        answer, took = timed(lambda: okta.post("/Users", user_document("ada")))

        assert answer.status_code == 201
        assert len(there.accounts) == 1
        assert took < 20


def test_what_the_target_refuses_the_client_is_told_and_keeps(
    okta: ScimClient, tenant: Tenant, hr: Target, there: Store
) -> None:
    there.refused.add("ada")

    with worker(hr):
        answer = okta.post("/Users", user_document("ada"))

    error = body(answer)
    assert (answer.status_code, error["status"]) == (502, "502")
    assert "The change is saved in Lockstep, but waited-for has refused it" in error["detail"]
    assert "refuses ada" in error["detail"]
    assert "/failures" in error["detail"]
    assert "scimType" not in error
    assert User.objects.filter(tenant=tenant, user_name="ada").exists()
    noted = log_events().filter(
        tenant=tenant, event_type="application.provision.integration.call_api", result="FAILURE"
    )
    assert noted.count() == 1


def test_a_create_that_failed_there_does_not_end_in_exists_already(
    okta: ScimClient, hr: Target, there: Store
) -> None:
    """What Okta does when its administrator retries the task (OKTA: look up, then PUT)."""
    there.refused.add("ada")
    with worker(hr):
        okta.post("/Users", user_document("ada"))
        found = body(okta.get("/Users", filter='userName eq "ada"'))["Resources"][0]

        there.refused.clear()
        replay(hr.replicas.all(), by=actor())
        answer = okta.put(f"/Users/{found['id']}", {**found, "title": "Countess"})

    assert answer.status_code == 200
    assert [account["title"] for account in there.accounts.values()] == ["Countess"]


def test_when_time_is_up_the_answer_is_the_usual_one(okta: ScimClient, hr: Target, there: Store) -> None:
    change_target(hr, wait_seconds=1, by=actor())

    answer, took = timed(lambda: okta.post("/Users", user_document("ada")))

    assert answer.status_code == 201
    assert 1 <= took < 15


def test_nothing_is_locked_while_it_waits(okta: ScimClient, hr: Target) -> None:
    """Beside the one that waits, the same user is changed by another request, which waits as long."""
    change_target(hr, wait_seconds=4, by=actor())

    def post() -> Any:
        try:
            return okta.post("/Users", user_document("ada"))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        created = pool.submit(post)
        while not User.objects.filter(tenant=hr.tenant, user_name="ada").exists():
            time.sleep(0.01)
        user = User.objects.get(tenant=hr.tenant, user_name="ada")
        still_waiting = not created.done()
        answer = okta.put(f"/Users/{user.id}", user_document("ada", title="Countess"))

        assert still_waiting
        assert (answer.status_code, created.result().status_code) == (200, 201)


@pytest.mark.parametrize("reason", ["paused", "trouble", "seats", "none"])
def test_nobody_waits_for_what_can_t_come(okta: ScimClient, hr: Target, reason: str) -> None:
    match reason:
        case "paused":
            Target.objects.filter(id=hr.id).update(mode=Target.Mode.PAUSED)
        case "trouble":
            Target.objects.filter(id=hr.id).update(trouble_class="transient")
        case "none":
            Target.objects.filter(id=hr.id).update(wait_seconds=0)
        case "seats":
            for _ in range(waiting.AT_ONCE):
                waiting._seats.acquire()
    try:
        answer, took = timed(lambda: okta.post("/Users", user_document("ada")))
    finally:
        if reason == "seats":
            waiting._seats.release(waiting.AT_ONCE)

    assert answer.status_code == 201
    assert took < 15


def test_what_is_held_for_a_person_is_not_waited_for(okta: ScimClient, hr: Target, there: Store) -> None:
    change_target(hr, guard_floor=1, guard_percent=0, by=actor())
    with worker(hr):
        ids = [body(okta.post("/Users", user_document(name)))["id"] for name in ("ada", "grace")]
        statuses = [okta.delete(f"/Users/{user_id}").status_code for user_id in ids]

    assert statuses == [204, 204]
    assert hr.replicas.filter(state=State.HELD).count() == 1


def test_a_change_that_changes_nothing_waits_for_nothing(okta: ScimClient, hr: Target) -> None:
    with worker(hr):
        created = body(okta.post("/Users", user_document("ada")))

    answer, took = timed(lambda: okta.put(f"/Users/{created['id']}", created))

    assert answer.status_code == 200
    assert took < 15


def test_bulk_tells_of_each_operation(okta: ScimClient, hr: Target, there: Store) -> None:
    there.refused.add("bob")

    with worker(hr):
        answer = run(okta, new_user("a", "ada"), new_user("b", "bob"), new_user("c", "carol"))

    assert [one["status"] for one in answer] == ["201", "502", "201"]
    assert "refuses bob" in answer[1]["response"]["detail"]


def test_what_nobody_asks_for_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "MOST_NOTED", 2)
    wait = waiting.Wait(1, uuid4(), 1, 1)
    for name in ("a", "b", "c"):
        waiting._note(name, [wait])

    assert list(waiting._noted) == ["b", "c"]
    waiting._noted.clear()
