"""Sealing gives each committed event one place, in the order of commits, whatever sealers and clocks do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from audit.actor import ActorType, system_actor
from audit.catalogue import EventType
from audit.columns import columns_of
from audit.filling import append
from audit.hours import hour_of
from audit.log_event import Entry, Subject, SubjectType, canonical
from audit.models import Event, Head, Hourly, Pending
from audit.reading import events_of
from audit.sealer import Sealer
from audit.sealing import BATCHES, seal, seal_batch
from audit.services import pending, record
from lib.processes import end_group
from tenants.models import Tenant
from tests.factories import make_tenant
from tests.log import aged, broken_at


@pytest.fixture
def tenant(db: None) -> Tenant:
    record(make_tenant("stranger").id, entry())
    return make_tenant("acme")


def entry(kind: EventType = EventType.SIGNED_IN, **more: object) -> Entry:
    return Entry(**{"type": kind, "actor": system_actor(), **more})  # type: ignore[arg-type]  # of a test


def sealed(tenant: Tenant) -> list[Event]:
    return list(Event.objects.filter(tenant=tenant).order_by("seq"))


def is_exact(tenant: Tenant) -> bool:
    """Whether the tallies say what there is."""
    said = {(row.hour, row.event_type, row.result): row.count for row in Hourly.objects.filter(tenant=tenant)}
    return said == Counter(
        (hour_of(event.published), event.event_type, event.result) for event in sealed(tenant)
    )


def test_events_are_numbered_without_gaps_in_the_order_of_their_commits(tenant: Tenant) -> None:
    record(tenant.id, entry(), entry())
    seal(tenant.id)
    record(tenant.id, entry())

    seal(tenant.id)

    assert [event.seq for event in sealed(tenant)] == [1, 2, 3]
    assert broken_at(tenant.id) is None
    assert not Pending.objects.filter(tenant=tenant).exists()


def test_who_reads_sees_what_was_committed_a_moment_ago_of_their_tenant(tenant: Tenant) -> None:
    record(tenant.id, entry())

    assert [event.tenant_id for event in events_of(tenant.id)] == [tenant.id]


def test_an_event_that_is_committed_late_comes_after_those_that_were_read(tenant: Tenant) -> None:
    early, late = (
        pending(tenant.id, entry(), datetime.now(UTC)),
        pending(tenant.id, entry(), datetime.now(UTC)),
    )
    late.id = 10**9
    late.save()
    seal(tenant.id)
    early.id = 10**9 - 1
    early.save()

    seal(tenant.id)

    assert [event.id for event in sealed(tenant)] == [10**9, 10**9 - 1]
    assert broken_at(tenant.id) is None


def test_a_clock_that_jumps_back_takes_neither_places_nor_times_back(tenant: Tenant) -> None:
    record(tenant.id, entry())
    seal(tenant.id)
    ahead = datetime.now(UTC) + timedelta(hours=2)
    Head.objects.filter(tenant=tenant).update(sealed_at=ahead)
    aged(tenant.id, 400, entry())

    record(tenant.id, entry())
    seal(tenant.id)

    events = sealed(tenant)
    assert [event.seq for event in events] == [1, 2, 3]
    assert [event.sealed_at for event in events[1:]] == [ahead, ahead]
    assert events[1].published < events[0].published
    assert broken_at(tenant.id) is None


def test_a_log_that_waits_is_sealed_batch_by_batch(tenant: Tenant) -> None:
    size = BATCHES[connection.vendor]
    record(tenant.id, *[entry()] * (2 * size + 1))

    done = [seal_batch(tenant.id, wait=False) for _ in range(3)]

    assert done == [False, False, True]
    assert len(sealed(tenant)) == 2 * size + 1
    assert broken_at(tenant.id) is None


def test_who_reads_behind_a_large_backlog_is_not_kept_for_long(tenant: Tenant) -> None:
    size = BATCHES[connection.vendor]
    record(tenant.id, *[entry()] * (2 * size))

    assert not seal(tenant.id, most=1)
    assert len(sealed(tenant)) == size


def test_each_hour_is_counted_exactly(tenant: Tenant) -> None:
    aged(tenant.id, 2, entry(), entry(), entry(EventType.SIGNED_OUT))
    aged(tenant.id, 1, entry())
    record(tenant.id, entry())

    seal(tenant.id)

    assert is_exact(tenant)
    assert Hourly.objects.filter(tenant=tenant).count() == 4


@pytest.mark.parametrize("odd", ["17", "", "a\0b", "x" * 300, "\u2028🜁"])
def test_no_name_and_no_id_holds_up_the_log(tenant: Tenant, odd: str) -> None:
    """Ids of staff are numbers, and a client may send anything."""
    actor = system_actor(transaction_id=odd)
    subject = Subject(SubjectType.USER, odd, odd, odd)
    row = pending(tenant.id, entry(actor=actor, subjects=(subject,), reason=odd), datetime.now(UTC))
    row.save()
    record(tenant.id, entry())

    seal(tenant.id)

    assert [event.user_id for event in sealed(tenant)] == [None, None]
    assert sealed(tenant)[0].body == row.body


def test_the_first_known_user_is_the_one_that_an_event_is_found_by(tenant: Tenant) -> None:
    known = uuid.uuid4()
    people = [Subject(SubjectType.USER, text, "Ada") for text in ("17", str(known), str(uuid.uuid4()))]
    row = pending(tenant.id, entry(subjects=tuple(people)), datetime.now(UTC))

    assert columns_of(Event(body=row.body).document)["user_id"] == known
    assert canonical(Event(body=row.body).document) == row.body
    assert system_actor().type is ActorType.SYSTEM


@pytest.mark.django_db(transaction=True)
def test_sealers_at_the_same_time_give_each_event_one_place(tenant: Tenant) -> None:
    size = BATCHES[connection.vendor]
    record(tenant.id, *[entry()] * (4 * size))
    begin = Barrier(3)

    def seal_all_of_it() -> None:
        try:
            begin.wait(10)
            seal(tenant.id, most=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(seal_all_of_it) for _ in range(3)]:
            done.result()

    assert [event.seq for event in sealed(tenant)] == list(range(1, 4 * size + 1))
    assert broken_at(tenant.id) is None
    assert is_exact(tenant)


@pytest.mark.django_db(transaction=True)
def test_a_sealer_passes_by_a_log_that_is_in_other_hands(tenant: Tenant) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite there is one writer at a time, whatever it writes")
    record(tenant.id, entry())
    seal(tenant.id)
    record(tenant.id, entry())

    def seal_elsewhere() -> bool | None:
        try:
            return seal_batch(tenant.id, wait=False)
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        Head.objects.select_for_update().get(tenant=tenant)
        assert pool.submit(seal_elsewhere).result() is None
    assert seal_batch(tenant.id, wait=False) is True


@pytest.fixture
def sealer() -> Iterator[Sealer]:
    thread = Sealer()
    thread.start()
    yield thread
    thread.stop()
    thread.join(10)
    assert not thread.is_alive()


@pytest.mark.django_db(transaction=True)
def test_the_sealer_makes_events_visible_that_nobody_asks_for(tenant: Tenant, sealer: Sealer) -> None:
    record(tenant.id, *[entry()] * 3)

    assert _comes_true(lambda: Event.objects.filter(tenant=tenant).count() == 3)
    assert broken_at(tenant.id) is None


@pytest.mark.django_db(transaction=True)
def test_the_sealer_goes_on_after_its_connection_broke(tenant: Tenant, sealer: Sealer) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no connection to break")
    record(tenant.id, entry())
    assert _comes_true(lambda: Event.objects.filter(tenant=tenant).exists())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    record(tenant.id, entry())

    assert _comes_true(lambda: Event.objects.filter(tenant=tenant).count() == 2)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_sealer_that_is_killed_between_rows_loses_nothing_and_doubles_nothing(tenant: Tenant) -> None:
    size = BATCHES[connection.vendor]
    record(tenant.id, *[entry()] * (30 * size))
    for while_sealing in (0.05, 0.2, 0.4):
        _kill_a_sealer_after(while_sealing, tenant)
        assert broken_at(tenant.id) is None
        assert is_exact(tenant)

    seal(tenant.id, most=None)

    assert [event.seq for event in sealed(tenant)] == list(range(1, 30 * size + 1))
    assert broken_at(tenant.id) is None
    assert is_exact(tenant)
    assert Head.objects.filter(seq=F("tenant__events__seq"), tenant=tenant).count() == 1


def _kill_a_sealer_after(seconds: float, tenant: Tenant) -> None:
    """Kill it in the midst of its work: once it has sealed something, after some more seconds."""
    already = len(sealed(tenant))
    names = ("PATH", "HOME", "SECRET_KEY", "ENCRYPTION_KEYS", "LOCKSTEP_DATA")
    environment = {name: os.environ[name] for name in names if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-c", _SEAL],
        cwd=settings.BASE_DIR,
        env=environment | {"DJANGO_SETTINGS_MODULE": "project.settings", "DATABASE_URL": _database()},
        start_new_session=True,
    )
    try:
        assert _comes_true(lambda: Event.objects.filter(tenant=tenant).count() > already), "it seals nothing"
        time.sleep(seconds)
        assert process.poll() is None, "it was done too soon"
    finally:
        end_group(process, signal.SIGKILL)
        process.wait()


_SEAL = "import django; django.setup(); from audit.sealing import seal_all; seal_all()"


def _database() -> str:
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    return f"postgresql://{found['USER']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


def _comes_true(question: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if question():
            return True
        time.sleep(0.02)
    return False


def test_events_in_bulk_come_behind_those_that_wait_and_take_nobody_s_number(tenant: Tenant) -> None:
    record(tenant.id, entry())
    moment = datetime.now(UTC) - timedelta(days=40)

    assert append(tenant.id, ((entry(), moment) for _ in range(3))) == 3
    record(tenant.id, entry())
    seal(tenant.id)

    events = sealed(tenant)
    assert [event.seq for event in events] == [1, 2, 3, 4, 5]
    assert sorted({event.id for event in events}) == [event.id for event in events]
    assert [event.published.date() for event in events[1:4]] == [moment.date()] * 3
    assert broken_at(tenant.id) is None
    assert is_exact(tenant)
    assert append(tenant.id, iter(())) == 0
