"""A log that nobody touched is good, as a whole, from a checkpoint and in slices."""

from __future__ import annotations

import pytest

from audit.integrity import places
from audit.integrity.verifying import verify
from tenants.models import Tenant
from tests.audit.integrity.conftest import LAST
from tests.audit.integrity.logs import at, change, said
from tests.factories import make_tenant


def test_a_log_that_nobody_touched_is_good(tenant: Tenant, window: int) -> None:
    verdict = verify(tenant.id)

    assert verdict.is_good
    assert verdict.is_over
    assert (verdict.first, verdict.seq, verdict.count) == (1, LAST, LAST)
    assert said(Tenant.objects.get(name="stranger")) == []


def test_a_log_without_events_is_good(db: None) -> None:
    verdict = verify(make_tenant("empty").id)

    assert (verdict.is_good, verdict.count) == (True, 0)


@pytest.mark.parametrize("at_", [4, LAST])
def test_verification_goes_on_from_a_checkpoint(tenant: Tenant, at_: int) -> None:
    start = (at_, bytes(at(tenant, at_).hash))
    change(tenant, 2, body="{}")

    verdict = verify(tenant.id, start)

    assert verdict.is_good
    assert (verdict.first, verdict.count) == (at_ + 1, LAST - at_)
    change(tenant, LAST, body="{}")
    assert verify(tenant.id, start).is_good == (at_ == LAST)


def test_a_log_that_no_longer_has_what_a_checkpoint_says_was_rolled_back(tenant: Tenant) -> None:
    ahead = verify(tenant.id, (LAST + 3, bytes(32)))
    other = verify(tenant.id, (4, bytes(32)))

    assert [found.kind for found in ahead.findings] == ["rolled back"]
    assert [found.kind for found in other.findings] == ["rolled back"]


def test_slices_find_the_same(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "WINDOW", 3)
    change(tenant, 8, body="{}")
    start, found, slices = None, [], 0
    while True:
        verdict = verify(tenant.id, start, enough=lambda: True)
        found += verdict.findings
        slices += 1
        if verdict.is_over or verdict.hash is None:
            break
        start = (verdict.seq, verdict.hash)

    assert [finding.seq for finding in found] == [8]
    assert slices == 4
