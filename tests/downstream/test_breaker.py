"""Trouble with a whole target: how long it is left alone, and what ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from downstream.connectors import REGISTRY
from downstream.connectors.base import NONE, Overrides, Written
from downstream.connectors.memory import MemoryConnector
from downstream.errors import AccessDenied, ErrorClass, Throttled
from downstream.models import Attempt, State, Target
from downstream.policy import hold
from lib.documents import Document
from lib.secrets import encrypt
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.factories import make_user
from tests.log import log_events


class MayNotWrite(MemoryConnector):
    """Its "Test connection" finds nothing wrong."""

    def put(self, document: Document, remote_id: str | None, *, overrides: Overrides = NONE) -> Written:
        raise AccessDenied("It may read, but not write.")


class ChecksBadly(MemoryConnector):
    """Its "Test connection" has a bug."""

    def check(self) -> None:
        raise RuntimeError("password=hunter2")


def about_trouble(hr: Downstream) -> list[str]:
    events = log_events().about_target(hr.target.id).filter(event_type__contains="integration")
    return list(events.order_by("id").values_list("result", flat=True))


def seal_with_a_lost_key(hr: Downstream) -> None:
    lost = encrypt({})[:-8] + "AAAAAAA="
    Target.objects.filter(id=hr.target.id).update(sealed_secrets=lost)


def test_a_check_that_succeeds_ends_nothing_while_deliveries_are_refused(
    tenant: Tenant, hr: Downstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pauses grow, and the log is not filled with ends of the trouble that are none."""
    make_user(tenant, "ada")
    monkeypatch.setitem(REGISTRY, "memory", MayNotWrite)
    pauses = []

    for _ in range(3):
        hr.drain()
        resume_at = Target.objects.get(id=hr.target.id).resume_at
        assert resume_at is not None
        pauses.append(resume_at - timezone.now())
        hr.retry_now()

    assert about_trouble(hr) == ["FAILURE"]
    assert pauses[0] < pauses[1] < pauses[2]


@pytest.mark.parametrize("asked", [0.0, -10.0, 1e12, float("inf"), float("nan")])
def test_a_pause_that_makes_no_sense_is_brought_into_bounds(asked: float) -> None:
    pause = hold(Throttled("Too many calls.", retry_after=asked), strikes=1)

    assert pause is not None
    assert timedelta(seconds=1) <= pause <= timedelta(hours=1)


def test_a_target_that_asks_for_no_pause_is_not_asked_again_at_once(tenant: Tenant, hr: Downstream) -> None:
    make_user(tenant, "ada")
    hr.store.errors += [Throttled("Too many calls.", retry_after=0)] * 3

    hr.drain()

    assert Attempt.objects.filter(replica__target=hr.target).count() == 1


def test_a_check_that_breaks_is_trouble_and_no_crash(
    tenant: Tenant, hr: Downstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user(tenant, "ada")
    hr.store.errors.append(AccessDenied("Wrong."))
    hr.drain()
    hr.retry_now()
    monkeypatch.setitem(REGISTRY, "memory", ChecksBadly)

    hr.drain()

    target = Target.objects.get(id=hr.target.id)
    assert "RuntimeError" in target.trouble
    assert "hunter2" not in target.trouble
    assert target.retry_at is not None


def test_secrets_that_no_key_opens_are_trouble_that_says_so(tenant: Tenant, hr: Downstream) -> None:
    ada = make_user(tenant, "ada")
    seal_with_a_lost_key(hr)

    hr.drain()

    target = Target.objects.get(id=hr.target.id)
    assert target.trouble_class == ErrorClass.ACCESS
    assert "ENCRYPTION_KEYS" in target.trouble
    assert ada.replicas.get().state == State.PENDING
