"""What was erased or has expired is no finding, if the log tells of it."""

from __future__ import annotations

import json

from audit.actor import system_actor
from audit.burying import bury
from audit.catalogue import EventType
from audit.checkpoints import make_now
from audit.columns import columns_of
from audit.erasure import erase, work_off
from audit.guards import lowered_guards
from audit.integrity.verifying import verify
from audit.kinds import Kind
from audit.log_event import Entry
from audit.models import Anchor, Event
from audit.personal import redacted
from audit.pruning import prune
from audit.retention import keep_for
from audit.services import record
from tenants.models import Tenant
from tests.audit.integrity.conftest import LAST
from tests.audit.integrity.logs import PEOPLE, at, change, edited, entry, happen, said, take
from tests.factories import make_tenant
from tests.log import aged


def test_what_retention_took_leaves_a_good_log(tenant: Tenant, window: int) -> None:
    old = make_tenant("old")
    aged(old.id, 30, *[entry(place) for place in range(10)])
    happen(old, 2)
    keep_for(old.id, {Kind.DELIVERIES: 10}, by=system_actor())
    prune(old.id, by=system_actor())

    assert said(old) == []
    verdict = verify(old.id)
    assert (verdict.first, verdict.gone) == (1, 3)
    keep_for(old.id, {Kind.CHANGES: 10, Kind.ACCESS: 10}, by=system_actor())
    prune(old.id, by=system_actor())
    assert said(old) == []
    assert verify(old.id).first == 11


def test_a_burial_that_nobody_told_of_is_found(tenant: Tenant) -> None:
    aged(tenant.id, 30, *[entry(place) for place in range(4)])
    bury(tenant.id, [LAST + 2])
    assert said(tenant) == [("missing", LAST + 2, LAST + 2)]

    record(tenant.id, Entry(EventType.LOG_PURGED, system_actor()))
    assert said(tenant) == []
    with lowered_guards():
        Event.objects.filter(tenant=tenant, seq__lt=3).delete()
    Anchor.objects.create(tenant=tenant, seq=2, hash=at(tenant, 2 + 1).hash)
    assert said(tenant) != []


def test_a_beginning_that_was_cut_off_is_found(tenant: Tenant) -> None:
    value = at(tenant, 4).hash
    record(
        tenant.id, Entry(EventType.LOG_PURGED, system_actor(), debug={"anchorSeq": "2", "anchorHash": "00"})
    )
    take(tenant, 1, 2, 3, 4)
    Anchor.objects.create(tenant=tenant, seq=4, hash=value)

    assert said(tenant) == [("missing", 4, 4)]


def test_an_erasure_that_nobody_told_of_is_found(tenant: Tenant) -> None:
    event = at(tenant, 3)
    person = event.document["target"][0]["id"]
    document, blocks = redacted(event.document, json.loads(event.blocks), person)
    change(tenant, 3, body=edited(event, **document), blocks=json.dumps(blocks), **columns_of(document))

    assert said(tenant) == [("changed", 3, 3)]
    erase(tenant.id, person, by=system_actor())
    assert said(tenant) == []


def test_an_erased_person_leaves_a_good_log(tenant: Tenant) -> None:
    make_now(tenant.id)
    work_off(erase(tenant.id, str(PEOPLE[1]), by=system_actor()))

    assert said(tenant) == []
    assert not Event.objects.filter(tenant=tenant, body__contains="Person 1").exists()
