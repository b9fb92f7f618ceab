"""Exports are made part by part, each once, whatever becomes of workers, and go when their time is over."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit import exports
from audit.catalogue import EventType
from audit.exports import NotPossible, Selection, count_of, start_export, working
from audit.formats import FORMATS
from audit.models import Event, Export, ExportPart
from audit.search import InvalidSearch
from audit.tasks import throw_exports_away, work_off_exports
from tenants.models import Tenant
from tests.audit.exports.conftest import note
from tests.factories import actor
from tests.log import log_events


def begin(tenant: Tenant, format: str = "jsonl", **selection: str) -> Export:
    return start_export(tenant.id, Selection(**selection), format=format, by=actor())


def text_of(export: Export) -> str:
    return b"".join(exports.content(export)).decode()


def names_in(export: Export) -> list[str]:
    events = [json.loads(line) for line in text_of(export).splitlines()]
    return [event["target"][0]["displayName"] for event in events if event["target"][0]["type"] == "User"]


def finished(export: Export) -> Export:
    for _ in range(20):
        work_off_exports()
    export.refresh_from_db()
    return export


def told(tenant: Tenant, kind: EventType) -> list[dict[str, Any]]:
    found = log_events().filter(tenant=tenant, event_type=kind).order_by("seq")
    return [event.document for event in found]


def test_a_small_export_is_ready_at_once(tenant: Tenant) -> None:
    export = begin(tenant, filter='eventType eq "user.lifecycle.create"')

    assert (export.state, export.total, export.done) == ("finished", 3, 3)
    assert names_in(export) == ["ada", "grace", "joan"]
    assert export.size == len(text_of(export).encode())
    assert export.sha256 == hashlib.sha256(text_of(export).encode()).hexdigest()


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_makes_a_line_for_each_event(tenant: Tenant, format: str) -> None:
    note(tenant, 'Grace "the\nCountess"')

    export = begin(tenant, format, q="grace")

    text = text_of(export)
    rows = list(csv.DictReader(io.StringIO(text, newline=""))) if format == "csv" else text.splitlines()
    assert len(rows) == export.total == 2


def test_an_export_of_nothing_is_an_empty_file(tenant: Tenant) -> None:
    export = begin(tenant, "csv", q="nobody")

    assert export.is_ready
    assert text_of(export) == FORMATS["csv"].head


@pytest.mark.usefixtures("small_parts")
def test_a_large_one_is_written_by_workers_part_by_part(tenant: Tenant) -> None:
    export = begin(tenant)
    assert export.is_running

    finished(export)

    assert export.is_ready
    assert names_in(export) == ["ada", "grace", "joan"]
    assert export.number_of_parts == 2


@pytest.mark.usefixtures("small_parts")
def test_what_comes_later_is_none_of_it(tenant: Tenant) -> None:
    export = begin(tenant)
    note(tenant, "late")

    finished(export)

    assert "late" not in names_in(export)
    assert export.done == export.total


@pytest.mark.usefixtures("small_parts")
def test_events_of_one_moment_are_each_in_it_once(tenant: Tenant) -> None:
    """`record` gives all of a transaction the same time: the place in the log parts them."""
    names = note(tenant, *(f"user-{number}" for number in range(7)))

    export = finished(begin(tenant, filter='target.displayName sw "user-"'))

    events = [json.loads(line) for line in text_of(export).splitlines()]
    assert len({event["published"] for event in events}) == 1
    assert names_in(export) == names


@pytest.mark.usefixtures("small_parts")
def test_a_worker_that_died_is_replaced_and_no_part_is_written_twice(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = begin(tenant)
    lease = working._take(export.id)
    assert lease
    working._go_on(export.id, lease)

    work_off_exports()
    assert Export.objects.get(id=export.id).number_of_parts == 1

    Export.objects.filter(id=export.id).update(lease_until=timezone.now() - timedelta(seconds=1))
    finished(export)
    # It comes back, late.
    assert working._go_on(export.id, lease) is False

    assert names_in(export) == ["ada", "grace", "joan"]


@pytest.mark.usefixtures("small_parts")
def test_a_late_writer_adds_nothing(tenant: Tenant) -> None:
    export = begin(tenant)
    working._take(export.id)
    export.refresh_from_db()
    Export.objects.filter(id=export.id).update(lease=uuid.uuid4())

    assert working._write(export, [(timezone.now(), 1, "{}")]) is False

    assert not ExportPart.objects.filter(export=export).exists()


@pytest.mark.usefixtures("small_parts")
def test_what_breaks_again_and_again_is_given_up_and_the_others_go_on(
    tenant: Tenant, caplog: pytest.LogCaptureFixture
) -> None:
    broken, whole = begin(tenant), begin(tenant)
    Export.objects.filter(id=broken.id).update(format="unheard-of")

    finished(whole)

    broken.refresh_from_db()
    assert (broken.state, whole.state) == ("failed", "finished")
    assert "broke off" in caplog.text


@pytest.mark.usefixtures("small_parts")
def test_a_stopped_one_leaves_nothing(tenant: Tenant) -> None:
    export = begin(tenant)
    lease = working._take(export.id)
    assert lease
    working._go_on(export.id, lease)

    assert exports.stop(export, by=actor())
    assert not exports.stop(export, by=actor())

    finished(export)
    assert export.state == "stopped"
    assert not ExportPart.objects.filter(export=export).exists()
    (event,) = told(tenant, EventType.EXPORT_GENERATED)
    assert event["outcome"] == {"result": "ABANDONED", "reason": "Stopped by Lockstep."}


def test_after_a_week_it_is_thrown_away(tenant: Tenant) -> None:
    old, young = begin(tenant), begin(tenant)
    Export.objects.filter(id=old.id).update(expires_at=timezone.now() - timedelta(seconds=1))

    throw_exports_away()
    throw_exports_away()

    old.refresh_from_db()
    assert old.state == "expired"
    assert not ExportPart.objects.filter(export=old).exists()
    assert names_in(young)
    with pytest.raises(NotPossible, match="expired"):
        exports.download(old, by=actor())


def test_who_asked_and_who_took_it_away_is_in_the_log(tenant: Tenant) -> None:
    export = begin(tenant, "csv", q="grace", since="2020-01-01T00:00:00Z")
    b"".join(exports.download(export, by=actor()))

    (asked,) = told(tenant, EventType.EXPORT_REQUESTED)
    (made,) = told(tenant, EventType.EXPORT_GENERATED)
    (taken,) = told(tenant, EventType.EXPORT_DOWNLOADED)
    assert asked["debugContext"]["debugData"] == {
        "format": "csv",
        "events": "1",
        "q": "grace",
        "since": "2020-01-01T00:00:00Z",
    }
    assert made["debugContext"]["debugData"]["sha256"] == export.sha256
    assert taken["target"][0]["id"] == str(export.id)


def test_a_stranger_is_in_no_export(tenant: Tenant, stranger: Tenant) -> None:
    assert "mallory" not in text_of(begin(tenant))
    assert count_of(stranger.id, Selection(q="grace")) == 0


def test_a_tenant_has_few_under_way(tenant: Tenant, stranger: Tenant, small_parts: None) -> None:
    for _ in range(5):
        begin(tenant)

    with pytest.raises(NotPossible, match="running already"):
        begin(tenant)
    assert begin(stranger).is_running


@pytest.mark.parametrize(
    "selection", [{"filter": "nonsense"}, {"since": "yesterday"}, {"until": "\0"}, {"filter": "(" * 10_000}]
)
def test_a_question_that_makes_no_sense_begins_nothing(tenant: Tenant, selection: dict[str, str]) -> None:
    with pytest.raises(InvalidSearch):
        begin(tenant, **selection)

    assert not Export.objects.exists()


def test_the_files_of_a_tenant_can_be_thrown_away_at_once(tenant: Tenant, stranger: Tenant) -> None:
    mine, theirs = begin(tenant), begin(stranger)

    assert exports.discard(tenant.id) == 1

    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.state, theirs.state) == ("expired", "finished")
    assert ExportPart.objects.filter(export=theirs).exists()


def test_a_span_of_time_is_half_open(tenant: Tenant) -> None:
    first, last = (Event.objects.filter(tenant=tenant).order_by(by).first() for by in ("seq", "-seq"))
    assert first
    assert last
    edge = first.document["published"]

    assert count_of(tenant.id, Selection(until=edge)) == 0
    assert count_of(tenant.id, Selection(since=edge)) == Event.objects.filter(tenant=tenant).count()
