"""Workers verify logs regularly and on request, in slices; what they find is told in the log."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from django.db.models.functions import Now

from audit.actor import system_actor
from audit.catalogue import EventType
from audit.integrity import places, rounds
from audit.integrity.standing import State, standing_of
from audit.integrity.verifying import verify
from audit.models import Event, Verification
from audit.tasks import verify_logs
from lib.clock import moment_in
from tenants.models import Tenant
from tests.audit.integrity.logs import at, change, happen
from tests.factories import make_tenant
from tests.log import log_events


@pytest.fixture
def tenant(db: None, tmp_path: Path, settings: Any) -> Tenant:
    settings.LOG_CHECKPOINTS = [(tmp_path / "outside").as_uri()]
    happen(make_tenant("stranger"), 3)
    tenant = make_tenant("acme")
    happen(tenant, 12)
    return tenant


def of(tenant: Tenant) -> list[Verification]:
    return [*Verification.objects.filter(tenant=tenant).order_by("id")]


def told(tenant: Tenant) -> list[Event]:
    return [*log_events().filter(tenant=tenant, event_type=EventType.LOG_VERIFIED).order_by("seq")]


def grow_older(**delay: int) -> None:
    Verification.objects.update(started_at=F("started_at") - timedelta(**delay))


def test_a_log_is_verified_as_a_whole_first_and_then_what_came(tenant: Tenant) -> None:
    verify_logs()
    assert [(row.whole, row.first, row.seq, row.found) for row in of(tenant)] == [(True, 1, 12, [])]
    happen(tenant, 4)

    verify_logs()
    assert len(of(tenant)) == 1
    grow_older(hours=1)
    verify_logs()

    assert [(row.whole, row.first) for row in of(tenant)] == [(True, 1), (False, 13)]
    assert of(tenant)[1].seq == at(tenant, 17).seq
    assert standing_of(tenant.id).state is State.INTACT
    assert [event.result for event in told(tenant)] == ["SUCCESS"]


def test_the_whole_is_verified_again_each_day(tenant: Tenant) -> None:
    verify_logs()
    log_events()
    grow_older(hours=23)
    verify_logs()
    assert [row.whole for row in of(tenant)] == [True, False]

    grow_older(hours=1)
    verify_logs()

    assert [row.whole for row in of(tenant)] == [True, False, True]


def test_where_nothing_came_there_is_nothing_to_verify(tenant: Tenant) -> None:
    verify_logs()
    log_events()
    grow_older(hours=1)
    verify_logs()
    grow_older(hours=1)

    verify_logs()

    assert [row.whole for row in of(tenant)] == [True, False]


def test_a_finding_is_an_event_and_stays_until_it_is_found_no_more(tenant: Tenant) -> None:
    event = at(tenant, 5)
    change(tenant, 5, severity="ERROR")
    verify_logs()

    standing = standing_of(tenant.id)
    assert standing.state is State.BROKEN
    assert [finding["seq"] for finding in standing.findings] == [5]
    (alarm,) = told(tenant)
    assert (alarm.result, alarm.severity) == ("FAILURE", "ERROR")
    assert str(event.uuid) in alarm.document["outcome"]["reason"]
    grow_older(hours=1)
    verify_logs()
    assert standing_of(tenant.id).state is State.BROKEN
    change(tenant, 5, severity=event.severity)
    grow_older(hours=24)
    verify_logs()
    assert standing_of(tenant.id).state is State.INTACT


def test_what_came_in_the_last_hour_is_an_event_only_if_it_is_bad(tenant: Tenant) -> None:
    verify_logs()
    happen(tenant, 4)
    change(tenant, 15, severity="ERROR")
    grow_older(hours=1)

    verify_logs()

    assert [event.result for event in told(tenant)] == ["SUCCESS", "FAILURE"]
    assert standing_of(tenant.id).state is State.BROKEN


def test_a_long_log_is_verified_in_slices(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "WINDOW", 5)
    monkeypatch.setattr(rounds, "SECONDS", -1.0)
    rounds.ask(tenant.id, by=system_actor())
    change(tenant, 3, severity="ERROR")

    rounds.work_off_all()
    (verification,) = of(tenant)
    assert (verification.seq, verification.ended_at) == (5, None)
    change(tenant, 8, severity="ERROR")
    for _ in range(3):
        rounds.work_off_all()

    (verification,) = of(tenant)
    assert verification.ended_at is not None
    assert [finding["seq"] for finding in verification.found] == [3, 8]
    assert verification.count == 12


def test_one_that_somebody_has_in_hand_is_left_alone_until_they_are_dead(tenant: Tenant) -> None:
    rounds.ask(tenant.id, by=system_actor())
    mine = Verification.objects.filter(tenant=tenant)
    mine.update(lease=uuid.uuid4(), lease_until=moment_in(timedelta(minutes=1)))

    rounds.work_off_all()
    assert of(tenant)[0].count == 0
    mine.update(lease_until=Now())
    rounds.work_off_all()

    assert of(tenant)[0].ended_at is not None


def test_who_comes_too_late_keeps_nothing(tenant: Tenant) -> None:
    verification = rounds.ask(tenant.id, by=system_actor())
    mine, theirs = uuid.uuid4(), uuid.uuid4()
    Verification.objects.filter(id=verification.id).update(lease=theirs)

    rounds.keep(verification, mine, verify(tenant.id))

    assert (of(tenant)[0].count, of(tenant)[0].ended_at) == (0, None)
    assert told(tenant) == []


def test_asking_twice_is_one_verification_and_two_events(tenant: Tenant) -> None:
    first = rounds.ask(tenant.id, by=system_actor())
    second = rounds.ask(tenant.id, by=system_actor())

    assert first.id == second.id
    asked = log_events().filter(tenant=tenant, event_type=EventType.VERIFICATION_REQUESTED)
    assert asked.count() == 2
    rounds.work_off_all()
    (result,) = told(tenant)
    assert result.transaction_id == asked.order_by("seq")[0].transaction_id


def test_old_ones_without_a_finding_are_forgotten(tenant: Tenant) -> None:
    verify_logs()
    Verification.objects.update(ended_at=F("ended_at") - timedelta(days=91))

    verify_logs()

    assert of(tenant) == []
    assert standing_of(tenant.id).state is State.UNVERIFIED
