"""A log that was restored from a backup is reported, until a person accepts it; the log tells of that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.catalogue import EventType
from audit.checkpoints import make_now
from audit.guards import lowered_guards
from audit.models import Checkpoint, Event, Head, Hourly, Verification
from audit.witnesses import tell_all
from tenants.models import Tenant
from tests.audit.integrity.logs import change, happen, said
from tests.factories import make_tenant
from tests.log import log_events

TABLES = (Event, Head, Hourly, Checkpoint, Verification)


@pytest.fixture
def tenant(db: None, tmp_path: Path, settings: Any) -> Tenant:
    settings.LOG_CHECKPOINTS = [(tmp_path / "outside").as_uri()]
    happen(make_tenant("stranger"), 3)
    tenant = make_tenant("acme")
    happen(tenant, 12)
    make_now(tenant.id)
    tell_all()
    return tenant


class Backup:
    """What the log's tables hold at one moment."""

    def __init__(self) -> None:
        self._rows = {model: list(model._default_manager.order_by("pk").values()) for model in TABLES}

    def restore(self) -> None:
        with lowered_guards():
            for model, rows in self._rows.items():
                model._default_manager.all().delete()
                made: list[Any] = [model(**row) for row in rows]
                model._default_manager.bulk_create(made)


def test_the_backup_of_yesterday_is_reported_though_it_is_good_by_itself(tenant: Tenant) -> None:
    backup = Backup()
    assert said(tenant) == []
    happen(tenant, 5)
    make_now(tenant.id)
    tell_all()

    backup.restore()

    assert said(tenant) == [("rolled back", 13, 17)]


def test_one_that_has_gone_on_meanwhile_is_reported_too(tenant: Tenant) -> None:
    backup = Backup()
    happen(tenant, 5)
    make_now(tenant.id)
    happen(tenant, 5)
    make_now(tenant.id)
    tell_all()

    backup.restore()
    happen(tenant, 7)

    assert said(tenant) == [("rolled back", 13, 17), ("rolled back", 20, 22)]


def test_a_person_accepts_it_and_the_log_begins_anew(tenant: Tenant) -> None:
    backup = Backup()
    happen(tenant, 5)
    make_now(tenant.id)
    tell_all()
    backup.restore()
    happen(tenant, 2)

    call_command("verify_log", "acme", accept_rollback="The disk broke.")

    assert said(tenant) == []
    (told,) = log_events().filter(tenant=tenant, event_type=EventType.ROLLBACK_ACCEPTED)
    assert told.document["outcome"]["reason"] == "The disk broke."
    assert told.document["debugContext"]["debugData"]["lostSeq"] == "17"
    happen(tenant, 9)
    make_now(tenant.id)
    tell_all()
    assert said(tenant) == []


def test_the_next_rollback_is_reported_again(tenant: Tenant) -> None:
    backup = Backup()
    happen(tenant, 5)
    make_now(tenant.id)
    tell_all()
    backup.restore()
    call_command("verify_log", "acme", accept_rollback="The disk broke.")
    happen(tenant, 2)
    second = Backup()
    happen(tenant, 4)
    make_now(tenant.id)
    tell_all()

    second.restore()

    assert said(tenant) == [("rolled back", 16, 19)]


def test_a_good_log_has_no_rollback_to_accept(tenant: Tenant) -> None:
    with pytest.raises(CommandError, match="was not rolled back"):
        call_command("verify_log", "acme", accept_rollback="No reason.")


def test_a_changed_log_is_not_made_good_that_way(tenant: Tenant) -> None:
    backup = Backup()
    happen(tenant, 5)
    make_now(tenant.id)
    tell_all()
    backup.restore()
    change(tenant, 3, severity="ERROR")

    with pytest.raises(CommandError, match="More is wrong"):
        call_command("verify_log", "acme", accept_rollback="The disk broke.")

    assert not log_events().filter(event_type=EventType.ROLLBACK_ACCEPTED).exists()


def test_what_was_said_of_a_rollback_can_not_be_stretched(tenant: Tenant) -> None:
    backup = Backup()
    happen(tenant, 5)
    make_now(tenant.id)
    tell_all()
    backup.restore()
    call_command("verify_log", "acme", accept_rollback="The disk broke.")
    event = log_events().get(tenant=tenant, event_type=EventType.ROLLBACK_ACCEPTED)

    change(tenant, event.seq, body=event.body.replace('"17"', '"99"'))
    assert said(tenant) == [("changed", event.seq, event.seq)]
    change(tenant, event.seq, body="{}")
    assert ("changed", event.seq, event.seq) in said(tenant)
