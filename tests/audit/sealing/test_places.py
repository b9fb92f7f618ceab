"""Sealing gives each committed event one place, in the order of commits, whatever clocks do."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from audit.actor import ActorType, system_actor
from audit.catalogue import EventType
from audit.columns import columns_of
from audit.filling import append
from audit.log_event import Subject, SubjectType, canonical
from audit.models import Event, Head, Hourly, Pending
from audit.reading import events_of
from audit.sealing import BATCHES, seal, seal_batch
from audit.services import pending, record
from tenants.models import Tenant
from tests.audit.sealing.conftest import entry, is_exact, sealed
from tests.log import aged, broken_at


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
