"""The database refuses to change sealed events, and to lose them, but for the two narrow doors."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audit.actor import system_actor
from audit.burying import advance, bury
from audit.catalogue import EventType
from audit.guards import lower_guards, lowered_guards, raise_guards
from audit.log_event import Entry
from audit.models import Anchor, Erasure, Event, Tombstone
from audit.services import record
from audit.words import words_of
from tenants.models import Tenant
from tests.factories import make_tenant
from tests.log import aged, broken_at, log_events

FIXED = (
    *("seq", "published", "sealed_at", "event_type", "severity", "result", "transaction_id", "version"),
    *("group_id", "target_id", "digest", "hash", "tenant_id", "uuid"),
)


@pytest.fixture
def tenant(db: None) -> Tenant:
    record(make_tenant("stranger").id, entry())
    return make_tenant("acme")


def entry() -> Entry:
    return Entry(type=EventType.SIGNED_IN, actor=system_actor())


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET body = '{}'",
        "UPDATE audit_event SET hash = digest",
        "UPDATE audit_event SET published = published",
        "DELETE FROM audit_event",
    ],
)
def test_a_sealed_event_is_neither_changed_nor_deleted(tenant: Tenant, statement: str) -> None:
    aged(tenant.id, 3, entry())

    assert refused(statement)
    assert log_events().filter(tenant=tenant).exists()


@pytest.mark.parametrize("table", ["audit_event", "audit_event_default", "audit_tombstone", "audit_anchor"])
def test_no_table_of_the_log_is_emptied_at_once(tenant: Tenant, table: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    aged(tenant.id, 3, entry())

    assert refused(f"TRUNCATE {table}")


def test_a_partition_that_is_named_itself_is_guarded_too(tenant: Tenant) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no partitions")
    record(tenant.id, entry())
    log_events()
    part = f"audit_event_{timezone.now():%Y_%m}"

    for statement in ("DELETE FROM", "UPDATE {} SET body = ''", "TRUNCATE"):
        assert refused(statement.format(part) if "{}" in statement else f"{statement} {part}")


def test_a_buried_event_leaves_its_place_and_the_chain_goes_on(tenant: Tenant) -> None:
    old = aged(tenant.id, 3, *[entry()] * 5)

    assert bury(tenant.id, [old[1].seq, old[2].seq]) == 2

    stones = Tombstone.objects.filter(tenant=tenant).order_by("seq")
    assert [(stone.seq, bytes(stone.hash)) for stone in stones] == [
        (event.seq, bytes(event.hash)) for event in old[1:3]
    ]
    assert Event.objects.filter(tenant=tenant).count() == 3
    assert broken_at(tenant.id) is None


def test_an_event_of_today_is_not_buried(tenant: Tenant) -> None:
    young = aged(tenant.id, 0.9, entry())

    with pytest.raises(IntegrityError), transaction.atomic():
        bury(tenant.id, [young[0].seq])

    assert Event.objects.filter(tenant=tenant).count() == 1
    assert not Tombstone.objects.exists()


def test_a_tombstone_of_something_else_opens_no_door(tenant: Tenant) -> None:
    event = aged(tenant.id, 3, entry())[0]
    Tombstone.objects.create(tenant=tenant, seq=event.seq, digest=bytes(32), hash=event.hash)

    assert refused("DELETE FROM audit_event")
    with pytest.raises(IntegrityError), transaction.atomic():
        bury(tenant.id, [event.seq])


def test_the_anchor_stands_for_everything_before_the_oldest_event(tenant: Tenant) -> None:
    old = aged(tenant.id, 3, *[entry()] * 5)
    bury(tenant.id, [old[0].seq, old[1].seq, old[3].seq])

    advance(tenant.id)

    anchor = Anchor.objects.get(tenant=tenant)
    assert (anchor.seq, bytes(anchor.hash)) == (old[1].seq, bytes(old[1].hash))
    assert [stone.seq for stone in Tombstone.objects.all()] == [old[3].seq]
    assert broken_at(tenant.id) is None


def test_a_log_that_lost_everything_goes_on_where_it_was(tenant: Tenant) -> None:
    old = aged(tenant.id, 3, *[entry()] * 2)
    bury(tenant.id, [event.seq for event in old])
    advance(tenant.id)

    record(tenant.id, entry())

    (event,) = log_events().filter(tenant=tenant)
    assert event.seq == 3
    assert not Tombstone.objects.exists()
    assert broken_at(tenant.id) is None


def test_tombstones_and_anchors_are_guarded_as_well(tenant: Tenant) -> None:
    old = aged(tenant.id, 3, *[entry()] * 4)
    bury(tenant.id, [old[0].seq, old[2].seq])
    advance(tenant.id)

    assert refused("UPDATE audit_tombstone SET seq = seq + 10")
    assert refused("DELETE FROM audit_tombstone")
    assert refused("DELETE FROM audit_anchor")
    assert refused("UPDATE audit_anchor SET seq = seq - 1")


def test_an_erasure_changes_what_an_event_says_and_nothing_else(tenant: Tenant) -> None:
    aged(tenant.id, 3, entry())
    Erasure.objects.create(tenant=tenant, person_id="p", until=1, started_at=timezone.now())

    assert not refused(of("UPDATE audit_event SET body = 'erased'", tenant))
    for column in FIXED:
        value = {"digest": "hash", "hash": "digest"}.get(column, _OTHER.get(column, "'x'"))
        change = f"UPDATE audit_event SET {column} = {value}"  # noqa: S608  # names only
        assert refused(of(change, tenant)), column
    assert refused(of("DELETE FROM audit_event", tenant))


def test_an_erasure_of_one_tenant_or_one_that_is_over_opens_nothing(tenant: Tenant) -> None:
    stranger = Tenant.objects.get(name="stranger")
    now = timezone.now()
    aged(tenant.id, 3, entry())
    Erasure.objects.create(tenant=tenant, person_id="p", until=1, started_at=now, ended_at=now)
    Erasure.objects.create(tenant=stranger, person_id="p", until=1, started_at=now)

    assert refused(of("UPDATE audit_event SET body = 'erased'", tenant))


def test_guards_are_raised_again_after_they_were_down(tenant: Tenant) -> None:
    aged(tenant.id, 3, entry())

    with lowered_guards():
        assert not refused("UPDATE audit_event SET body = '{}'")

    assert refused("UPDATE audit_event SET body = ''")
    lower_guards()
    lower_guards()
    raise_guards()
    raise_guards()
    assert refused("DELETE FROM audit_event")


_OTHER = {
    "seq": "seq + 1",
    "published": "'2026-01-01 00:00:00'",
    "sealed_at": "'2026-01-01 00:00:00'",
    "version": "7",
    **dict.fromkeys(("group_id", "target_id", "tenant_id", "uuid"), "'00000000-0000-0000-0000-000000000000'"),
}


def of(statement: str, tenant: Tenant) -> str:
    key = str(tenant.id) if connection.vendor == "postgresql" else tenant.id.hex
    return f"{statement} WHERE tenant_id = '{key}'"


def test_migrations_may_write_the_words_of_many_events_anew(tenant: Tenant) -> None:
    events = aged(tenant.id, 3, entry(), entry())
    for event in events:
        event.words = words_of({"displayMessage": "quite another"})

    with lowered_guards():
        Event.objects.bulk_update(events, ["words"])

    assert log_events().filter(tenant=tenant).search("another").count() == 2
