"""Signed checkpoints show what the chain alone does not: a cut tail, a log computed anew."""

from __future__ import annotations

from typing import Any

import pytest

from audit.chain import link
from audit.checkpoints import make_now, read
from audit.integrity.verifying import verify
from audit.models import Checkpoint, Head
from audit.witnesses import file_of, tell_all
from lib.signed_notes import Signer
from tenants.models import Tenant
from tests.audit.integrity.conftest import LAST
from tests.audit.integrity.forging import forge
from tests.audit.integrity.logs import at, change, happen, said, take


def test_a_chain_that_was_computed_anew_to_the_end_is_found_by_checkpoints(tenant: Tenant) -> None:
    assert make_now(tenant.id) is not None
    happen(tenant, 4)
    forge(tenant, 7, until=LAST)
    change_rest = range(LAST + 1, LAST + 5)
    for place in change_rest:
        before, digest = bytes(at(tenant, place - 1).hash), bytes(at(tenant, place).digest)
        change(tenant, place, hash=link(before, place, digest))
    Head.objects.filter(tenant=tenant).update(hash=at(tenant, LAST + 4).hash)

    assert said(tenant) == [("rolled back", 1, LAST)]


@pytest.mark.parametrize("number", [1, 3])
def test_a_cut_tail_is_found_by_the_head(tenant: Tenant, number: int, window: int) -> None:
    take(tenant, *range(LAST - number + 1, LAST + 1))

    assert said(tenant) == [("cut off", LAST - number + 1, LAST)]


def test_a_tail_that_was_cut_with_its_head_is_found_by_a_checkpoint(tenant: Tenant) -> None:
    make_now(tenant.id)
    cut(tenant, 9)

    assert said(tenant) == [("cut off", 10, LAST)]


def test_a_restored_backup_is_found_by_a_checkpoint_outside(tenant: Tenant) -> None:
    make_now(tenant.id)
    tell_all()
    cut(tenant, 9)
    Checkpoint.objects.filter(tenant=tenant).delete()

    assert said(tenant) == [("rolled back", 10, LAST)]


def test_a_restored_backup_that_went_on_is_found(tenant: Tenant) -> None:
    make_now(tenant.id)
    happen(tenant, 2)
    make_now(tenant.id)
    tell_all()
    cut(tenant, 13)
    Checkpoint.objects.filter(tenant=tenant, seq__gt=12).delete()
    happen(tenant, 6)

    assert said(tenant) == [("rolled back", 13, 14)]


def test_a_checkpoint_that_somebody_else_signed_is_forged(tenant: Tenant) -> None:
    checkpoint = make_now(tenant.id)
    assert checkpoint is not None
    note = Signer("lockstep", bytes(32)).sign(read(checkpoint.note).text)
    Checkpoint.objects.filter(tenant=tenant).update(note=note)

    assert said(tenant) == [("forged", LAST, LAST)]


def test_a_checkpoint_of_another_log_is_forged(tenant: Tenant) -> None:
    other = make_now(Tenant.objects.get(name="stranger").id)
    assert other is not None
    Checkpoint.objects.update(tenant=tenant)

    assert said(tenant) == [("forged", 3, 3)]


def test_a_line_that_broke_off_outside_is_no_finding(tenant: Tenant, settings: Any) -> None:
    make_now(tenant.id)
    tell_all()
    path = file_of(settings.LOG_CHECKPOINTS[0], tenant.id)
    path.write_text(path.read_text()[:-30])
    happen(tenant, 1)
    make_now(tenant.id)
    tell_all()

    assert said(tenant) == []
    assert verify(tenant.id).checkpoints == 3


def cut(tenant: Tenant, last: int) -> None:
    """With care: the head, too."""
    take(tenant, *range(last + 1, 100))
    Head.objects.filter(tenant=tenant).update(seq=last, hash=at(tenant, last).hash)
