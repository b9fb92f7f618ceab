"""Each committed event gets one place, however many sealers there are and whatever becomes of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from audit.models import Event, Head
from audit.sealer import Sealer
from audit.sealing import BATCHES, seal, seal_batch
from audit.services import record
from lib.processes import end_group
from tenants.models import Tenant
from tests.audit.sealing.conftest import entry, is_exact, sealed
from tests.log import broken_at


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
