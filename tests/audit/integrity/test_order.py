"""Events that are missing, inserted or in another order are found and named."""

from __future__ import annotations

import json

import pytest
from django.db.models import F

from audit.chain import link
from audit.guards import lowered_guards
from audit.models import Event
from audit.personal import digest_of, facts
from tenants.models import Tenant
from tests.audit.integrity.conftest import LAST
from tests.audit.integrity.logs import PEOPLE, at, change, edited, named, said, take


@pytest.mark.parametrize("gone", [[1], [7], [5, 6, 7], [1, 9]])
def test_missing_events_are_named(tenant: Tenant, gone: list[int], window: int) -> None:
    take(tenant, *gone)

    ranges = [(5, 7)] if gone == [5, 6, 7] else [(seq, seq) for seq in gone]
    assert said(tenant) == [("missing", *range_) for range_ in ranges]


@pytest.mark.parametrize(("one", "other"), [(3, 4), (2, 9), (1, LAST)])
def test_swapped_events_are_both_named(tenant: Tenant, one: int, other: int, window: int) -> None:
    first, second = at(tenant, one), at(tenant, other)
    change(tenant, one, seq=99)
    change(tenant, other, seq=one)
    change(tenant, 99, seq=other)

    assert said(tenant) == [("reordered", other, one), ("reordered", one, other)]
    assert set(named(tenant)) == {str(first.uuid), str(second.uuid)}


@pytest.mark.parametrize("seq", [1, 6, LAST])
def test_an_inserted_event_is_named(tenant: Tenant, seq: int) -> None:
    renumber(tenant, seq, +1)
    alien = insert(tenant, seq)

    assert said(tenant) == [("inserted", seq, seq)]
    assert named(tenant) == [alien]


def test_an_event_behind_the_head_is_named(tenant: Tenant) -> None:
    alien = insert(tenant, LAST + 1)

    assert said(tenant) == [("inserted", LAST + 1, LAST + 1)]
    assert named(tenant) == [alien]


@pytest.mark.parametrize("gone", [[6], [5, 6, 7], [1]])
def test_removed_events_are_found_though_the_rest_was_numbered_anew(tenant: Tenant, gone: list[int]) -> None:
    take(tenant, *gone)
    renumber(tenant, gone[-1] + 1, -len(gone))

    assert said(tenant) == [("missing", gone[0], gone[-1])]


def test_an_event_that_was_given_to_another_log_is_missed_there(tenant: Tenant) -> None:
    stranger = Tenant.objects.get(name="stranger")
    change(tenant, 7, tenant_id=stranger.id, seq=4)

    assert said(tenant) == [("missing", 7, 7)]
    assert said(stranger) == [("inserted", 4, 4)]


def renumber(tenant: Tenant, seq: int, by: int) -> None:
    """Those from an event on; unique numbers make it two steps."""
    with lowered_guards():
        Event.objects.filter(tenant=tenant, seq__gte=seq).update(seq=F("seq") + 1000)
        Event.objects.filter(tenant=tenant, seq__gte=seq + 1000).update(seq=F("seq") - 1000 + by)


def insert(tenant: Tenant, seq: int) -> str:
    event = at(tenant, 2)
    event.id, event.seq = 10**9, seq
    event.uuid = PEOPLE[0]
    event.body = edited(event, uuid=str(event.uuid))
    row = facts(event.id, event.version, event.sealed_at)
    event.digest = digest_of(json.loads(event.body), json.loads(event.blocks), row)
    event.hash = link(bytes(event.hash), seq, event.digest)
    Event.objects.bulk_create([event])
    return str(event.uuid)
