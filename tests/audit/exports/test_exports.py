"""An export holds what was asked for, is told of, and goes when its time is over."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from audit import exports
from audit.catalogue import EventType
from audit.exports import NotPossible, Selection, count_of
from audit.formats import FORMATS
from audit.models import Event, Export, ExportPart
from audit.search import InvalidSearch
from audit.tasks import throw_exports_away
from tenants.models import Tenant
from tests.audit.exports.conftest import note
from tests.audit.exports.exporting import begin, names_in, text_of, told
from tests.factories import actor


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
