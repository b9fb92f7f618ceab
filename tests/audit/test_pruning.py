"""What has been kept long enough goes, kind by kind, and leaves a whole chain behind."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import StringIO
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from audit import partitions, pruning
from audit.catalogue import EventType
from audit.hours import hour_of
from audit.kinds import Kind, kind_of
from audit.models import Anchor, Event, Hourly, Tombstone
from audit.retention import cutoff, keep_for
from downstream.tasks import prune_log
from tenants.models import Tenant
from tests.audit.kinds import entry
from tests.factories import actor, make_tenant
from tests.log import aged, broken_at, log_events


@pytest.fixture
def tenant(db: None) -> Tenant:
    return make_tenant("acme")


def kept(tenant: Tenant) -> Counter[Kind]:
    """Of each kind, without what tells of retention itself."""
    events = log_events().filter(tenant=tenant).exclude(event_type__startswith="connector.log.")
    return Counter(kind_of(event.event_type) for event in events)


def is_exact(tenant: Tenant) -> bool:
    said = {(row.hour, row.event_type, row.result): row.count for row in Hourly.objects.filter(tenant=tenant)}
    events = log_events().filter(tenant=tenant)
    return said == Counter((hour_of(event.published), event.event_type, event.result) for event in events)


def test_each_kind_goes_when_its_days_are_over(tenant: Tenant) -> None:
    keep_for(tenant.id, {Kind.REQUESTS: 7, Kind.CHANGES: 365}, by=actor())
    everything = [entry(kind) for kind in Kind]
    for days in (400, 100, 10, 1):
        aged(tenant.id, days, *everything)

    gone = pruning.prune(tenant.id, by=actor())

    assert gone == {**dict.fromkeys(Kind, 2), Kind.REQUESTS: 3, Kind.CHANGES: 1}
    assert kept(tenant) == {**dict.fromkeys(Kind, 2), Kind.REQUESTS: 1, Kind.CHANGES: 3}
    assert broken_at(tenant.id) is None
    assert is_exact(tenant)


def test_a_purge_is_told_with_what_went_and_where_the_chain_begins(tenant: Tenant) -> None:
    old = aged(tenant.id, 100, *[entry()] * 3)

    pruning.prune(tenant.id, by=actor())

    (event,) = log_events().filter(event_type=EventType.LOG_PURGED)
    anchor = Anchor.objects.get(tenant=tenant)
    data = event.document["debugContext"]["debugData"]
    assert data == {
        "access": "3",
        "publishedBefore": data["publishedBefore"],
        "anchorSeq": str(old[-1].seq),
        "anchorHash": bytes(anchor.hash).hex(),
    }
    assert event.severity == "WARN"


def test_what_is_among_events_that_stay_leaves_tombstones(tenant: Tenant) -> None:
    keep_for(tenant.id, {Kind.CHANGES: 365}, by=actor())
    log_events()
    first = aged(tenant.id, 100, entry(Kind.CHANGES), entry(), entry(Kind.CHANGES))

    pruning.prune(tenant.id, by=actor())

    assert [stone.seq for stone in Tombstone.objects.all()] == [first[1].seq]
    assert broken_at(tenant.id) is None


def test_a_stranger_s_events_stay(tenant: Tenant) -> None:
    stranger = make_tenant("stranger")
    aged(tenant.id, 100, entry())
    aged(stranger.id, 100, entry())

    pruning.prune(tenant.id, by=actor())

    assert kept(stranger) == {Kind.ACCESS: 1}
    assert broken_at(stranger.id) is None


def test_pruning_again_finds_nothing_and_tells_nothing(tenant: Tenant) -> None:
    aged(tenant.id, 100, entry())
    prune_log()
    told = log_events().filter(tenant=tenant, event_type=EventType.LOG_PURGED).count()

    prune_log()

    assert told == 1
    assert log_events().filter(tenant=tenant, event_type=EventType.LOG_PURGED).count() == 1


def test_a_long_purge_goes_step_by_step_each_with_its_event(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(pruning.STEPS, connection.vendor, 2)
    aged(tenant.id, 100, *[entry()] * 5)

    pruning.prune(tenant.id, by=actor())

    purges = log_events().filter(event_type=EventType.LOG_PURGED).order_by("seq")
    assert [event.document["debugContext"]["debugData"]["access"] for event in purges] == ["2", "2", "1"]
    assert is_exact(tenant)
    assert broken_at(tenant.id) is None


@pytest.mark.django_db(transaction=True)
def test_two_that_prune_at_the_same_time_count_each_event_once(tenant: Tenant) -> None:
    aged(tenant.id, 100, *[entry()] * 300)
    aged(tenant.id, 2, entry())
    begin = Barrier(2)

    def prune() -> int:
        try:
            begin.wait(10)
            return pruning.prune(tenant.id, by=actor()).total()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        gone = sum(done.result() for done in [pool.submit(prune) for _ in range(2)])

    assert gone == 300
    assert kept(tenant) == {Kind.ACCESS: 1}
    assert is_exact(tenant)
    assert broken_at(tenant.id) is None


def prune_command(*words: str) -> dict[str, dict[str, int]]:
    out = StringIO()
    call_command("prune_log", *words, "--json", stdout=out)
    found: dict[str, dict[str, int]] = json.loads(out.getvalue())
    return found


def test_the_command_counts_what_would_go_and_then_takes_it(tenant: Tenant) -> None:
    aged(tenant.id, 100, entry(), entry(), entry(Kind.CHANGES))
    aged(tenant.id, 1, entry())
    expected = {**dict.fromkeys(Kind.values, 0), "access": 2, "changes": 1}

    assert prune_command("--dry-run") == {"acme": expected}
    assert kept(tenant).total() == 4
    assert prune_command("acme") == {"acme": expected}
    assert kept(tenant) == {Kind.ACCESS: 1}
    assert prune_command("acme") == {"acme": dict.fromkeys(Kind.values, 0)}


# Three months back: a month that is over whatever day it is, and older than the 30 days below.
OLD = partitions.after(datetime.now(UTC).date(), -3)
AGE = (datetime.now(UTC).date() - OLD) / timedelta(days=1) - 10


@pytest.fixture
def months(db: None, settings: Settings) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no partitions")
    settings.LOG_RETENTION_DAYS = 30
    partitions.make_ready(OLD)


def test_a_month_of_which_nobody_keeps_anything_goes_whole(tenant: Tenant, months: None) -> None:
    stranger = make_tenant("stranger")
    aged(tenant.id, AGE, entry(), entry(Kind.CHANGES))
    aged(stranger.id, AGE, entry())
    aged(tenant.id, 1, entry())

    assert OLD in pruning.drop_months(by=actor())

    assert kept(tenant) == {Kind.ACCESS: 1}
    told = [event.document for event in log_events().filter(event_type=EventType.LOG_PURGED)]
    data = [document["debugContext"]["debugData"] for document in told]
    assert {(one.get("access"), one.get("changes")) for one in data} == {("1", "1"), ("1", None)}
    for one in (tenant, stranger):
        assert is_exact(one)
        assert broken_at(one.id) is None


def test_a_month_of_which_one_tenant_keeps_one_kind_stays(tenant: Tenant, months: None) -> None:
    stranger = make_tenant("stranger")
    keep_for(stranger.id, {Kind.CHANGES: 365}, by=actor())
    aged(tenant.id, AGE, entry())
    aged(stranger.id, AGE, entry(Kind.CHANGES))

    assert OLD not in pruning.drop_months(by=actor())
    pruning.prune_all(by=actor())

    assert kept(tenant) == {}
    assert kept(stranger) == {Kind.CHANGES: 1}
    assert Event.objects.filter(tenant=stranger, published__lt=cutoff(30)).exists()
