"""A page deep in a list is what counting from the front would give, whatever happened since the last one."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.models import User
from scim import landmarks, windows
from scim.windows import read_window
from tenants.models import Tenant
from tests.factories import make_tenant

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
NUMBERS = st.integers(0, 12)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("create"), NUMBERS, st.integers(1, 4)),
        st.tuples(st.sampled_from(["delete", "erase", "revive", "move", "forget"]), NUMBERS, st.just(0)),
        *[st.tuples(st.just("read"), NUMBERS, st.integers(0, 4))] * 4,
    ),
    max_size=40,
)


def add(tenant: Tenant, minute: int, number: int) -> None:
    """Users of that minute; before it, many may have come already."""
    rows = [
        User(
            tenant=tenant,
            document={},
            user_name="x",
            user_name_key=uuid.uuid4().hex,
            created_at=NOON + timedelta(minutes=minute),
            modified_at=NOON,
        )
        for _ in range(number)
    ]
    User.objects.bulk_create(rows)


def change(tenant: Tenant, step: str, number: int, much: int) -> None:
    users = list(User.objects.filter(tenant=tenant).order_by("created_at", "id"))
    chosen = User.objects.filter(id=users[number % len(users)].id) if users else User.objects.none()
    match step:
        case "create":
            add(tenant, number, much)
        case "delete":
            chosen.update(deleted_at=timezone.now())
        case "revive":
            chosen.update(deleted_at=None)
        case "erase":
            chosen.delete()
        case "move":
            chosen.update(created_at=NOON + timedelta(minutes=number))
        case "forget":
            landmarks.forget()


def read(tenant: Tenant, start: int, count: int) -> tuple[list[uuid.UUID], int]:
    window = read_window(User, tenant, "r.id", start=start, count=count)
    return [uuid.UUID(str(id)) for (id,) in window.rows], window.total


def naive(tenant: Tenant, start: int, count: int) -> tuple[list[uuid.UUID], int]:
    living = User.objects.filter(tenant=tenant).living().order_by("created_at", "id")
    return [user.id for user in living[start : start + count]], living.count()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a dozen users reach."""
    monkeypatch.setattr(landmarks, "MOST_PLACES", 3)
    monkeypatch.setattr(landmarks, "MOST_LISTS", 2)
    monkeypatch.setattr(windows, "MOST_BEHIND", 3)


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
@given(steps=STEPS)
def test_every_page_and_total_is_that_of_this_moment(small: None, db: None, steps: list[Any]) -> None:
    tenant, stranger = make_tenant(), make_tenant()
    for minute in range(6):
        add(tenant, minute, 2)
        add(stranger, minute, 1)

    for step, number, much in steps:
        if step == "read":
            assert read(tenant, number, much) == naive(tenant, number, much)
        else:
            change(tenant, step, number, much)


def statements(tenant: Tenant, start: int) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert read(tenant, start, 2) == naive(tenant, start, 2)
    return len(captured) - 2


def test_a_page_behind_another_takes_one_statement_also_while_users_come(tenant: Tenant) -> None:
    add(tenant, 0, 8)
    read(tenant, 0, 2)
    read(tenant, 2, 2)
    add(tenant, 1, 3)

    assert statements(tenant, 4) == 1


@pytest.mark.parametrize("step", ["delete", "erase", "move"])
def test_a_page_behind_somebody_who_went_is_counted_from_the_front(tenant: Tenant, step: str) -> None:
    add(tenant, 0, 8)
    read(tenant, 0, 2)
    change(tenant, step, 8, 0)

    assert statements(tenant, 2) == 2
    assert statements(tenant, 4) == 1


def test_somebody_who_comes_late_among_those_already_read_is_noticed(tenant: Tenant) -> None:
    add(tenant, 5, 8)
    read(tenant, 0, 2)
    add(tenant, 1, 1)

    assert statements(tenant, 2) == 2


@pytest.mark.django_db(transaction=True)
def test_somebody_whose_creation_is_committed_late_is_neither_missed_nor_counted_early() -> None:
    """Two connections: one creates and does not commit, while the other reads on."""
    tenant = make_tenant()
    add(tenant, 5, 6)
    inserted, committing = Event(), Event()

    def create() -> None:
        try:
            with transaction.atomic():
                add(tenant, 1, 1)
                inserted.set()
                assert committing.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        creating = pool.submit(create)
        assert inserted.wait(10)
        before = [read(tenant, start, 2) for start in (0, 2)]
        committing.set()
        creating.result(10)

    assert [total for _, total in before] == [6, 6]
    assert read(tenant, 4, 3) == naive(tenant, 4, 3)
    assert read(tenant, 4, 3)[1] == 7


@pytest.mark.django_db(transaction=True)
def test_pages_read_while_others_create_and_delete_agree_with_themselves() -> None:
    """What is read in one moment fits together: a page is as long as the total says."""
    tenant = make_tenant()
    add(tenant, 0, 30)
    stop = Event()

    def churn(minute: int) -> None:
        try:
            while not stop.is_set():
                add(tenant, minute, 1)
                change(tenant, "delete", minute, 0)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        churning = [pool.submit(churn, minute) for minute in (0, 9)]
        try:
            for start in [*range(0, 40, 5)] * 15:
                shown, total = read(tenant, start, 5)
                assert len(shown) == max(0, min(5, total - start))
        finally:
            stop.set()
        for one in churning:
            one.result(20)

    assert read(tenant, 10, 10) == naive(tenant, 10, 10)
