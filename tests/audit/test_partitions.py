"""The log is cut into months on PostgreSQL, and the months may go."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from audit.actor import system_actor
from audit.burying import bury
from audit.catalogue import EventType
from audit.log_event import Entry
from audit.models import Anchor, Event, Tombstone
from audit.partitions import after, drop, make_ready, past_months
from tests.factories import make_tenant
from tests.log import aged, broken_at

pytestmark = pytest.mark.usefixtures("partitioned")
TODAY = datetime.now(UTC).date()
# Three months back, in the middle: no month is so short or so long that it matters.
OLD = after(TODAY, -3)
AGE = (TODAY - OLD).days - 10


@pytest.fixture
def partitioned(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no partitions")


def entry() -> Entry:
    return Entry(type=EventType.SIGNED_IN, actor=system_actor())


def partition_of(event: Event) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM audit_event WHERE id = %s", [event.id])
        return str(cursor.fetchone()[0])


def test_this_month_and_the_next_two_are_ready() -> None:
    tenant = make_tenant()
    events = [aged(tenant.id, (TODAY - after(TODAY, count)).days, entry())[0] for count in (0, 1, 2)]

    assert [partition_of(event) for event in events] == [
        f"audit_event_{after(TODAY, count):%Y_%m}" for count in (0, 1, 2)
    ]
    assert make_ready() == 0


def test_what_has_no_month_of_its_own_is_kept_and_moves_when_the_month_comes() -> None:
    tenant = make_tenant()
    early, other = aged(tenant.id, AGE, entry())[0], aged(tenant.id, 4000, entry())[0]
    assert partition_of(early) == "audit_event_default"

    assert make_ready(OLD) == 3

    assert partition_of(early) == f"audit_event_{OLD:%Y_%m}"
    assert partition_of(other) == "audit_event_default"
    assert broken_at(tenant.id) is None


def test_a_month_goes_at_once_and_the_chain_is_whole() -> None:
    make_ready(OLD)
    tenant, stranger = make_tenant(), make_tenant()
    gone = aged(tenant.id, AGE, *[entry()] * 3)
    kept = aged(tenant.id, 5, entry())
    late = aged(tenant.id, AGE, entry())
    aged(stranger.id, AGE, entry())
    aged(tenant.id, 5, entry())

    drop(OLD)

    assert Event.objects.filter(id__in=[event.id for event in [*gone, *late]]).count() == 0
    assert Event.objects.filter(id=kept[0].id).exists()
    assert Anchor.objects.get(tenant=tenant).seq == gone[-1].seq
    assert [stone.seq for stone in Tombstone.objects.filter(tenant=tenant)] == [late[0].seq]
    assert broken_at(tenant.id) is None
    assert broken_at(stranger.id) is None
    assert OLD not in past_months()


def test_a_month_that_retention_has_thinned_out_goes_as_well() -> None:
    make_ready(OLD)
    tenant = make_tenant()
    _, second = aged(tenant.id, AGE, entry(), entry())
    aged(tenant.id, 5, entry())
    bury(tenant.id, [second.seq])

    drop(OLD)

    assert Anchor.objects.get(tenant=tenant).seq == second.seq
    assert not Tombstone.objects.exists()
    assert broken_at(tenant.id) is None


def test_the_present_month_does_not_go() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        drop(TODAY)


def test_months_are_counted_over_the_turn_of_the_year() -> None:
    assert after(date(2026, 11, 25), 2) == date(2027, 1, 1)
    assert after(date(2026, 1, 31), -1) == date(2025, 12, 1)
    assert all(month + timedelta(days=27) < TODAY for month in past_months())
