"""Large exports are made part by part, each once, whatever becomes of workers."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from audit import exports
from audit.catalogue import EventType
from audit.exports import NotPossible, working
from audit.models import Export, ExportPart
from audit.tasks import work_off_exports
from tenants.models import Tenant
from tests.audit.exports.conftest import note
from tests.audit.exports.exporting import begin, finished, names_in, text_of, told
from tests.factories import actor


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


def test_a_tenant_has_few_under_way(tenant: Tenant, stranger: Tenant, small_parts: None) -> None:
    for _ in range(5):
        begin(tenant)

    with pytest.raises(NotPossible, match="running already"):
        begin(tenant)
    assert begin(stranger).is_running
