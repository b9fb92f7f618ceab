"""Streams lose nothing, whatever becomes of receivers; trouble is told, and so is its end."""

from __future__ import annotations

import pytest
from django.utils import timezone

from audit.catalogue import EventType
from downstream.models import LogStream
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.streams.telling import Told, make_stream, note
from tests.receivers import Receiver


@pytest.mark.parametrize("status", [500, 503, 404, 401, 429, 301, 408])
def test_what_has_not_arrived_is_sent_again_under_the_same_id(
    told: Told, tenant: Tenant, status: int
) -> None:
    told.receiver.answers = [(status, {}), (204, {})]
    note(tenant, "ada")

    told.run()
    assert told.run() == 0
    note(tenant, "grace")
    told.retry()

    assert told.ids[0] == told.ids[1]
    assert told.names == ["ada", "ada", "grace"]
    assert (told.now.trouble_class, told.now.trouble, told.now.failures) == ("", "", 0)


def test_trouble_is_in_the_log_once_and_so_is_its_end(told: Told, tenant: Tenant) -> None:
    told.receiver.answers = [(500, {}), (500, {}), (500, {}), (204, {})]
    note(tenant, "ada")

    for _ in range(4):
        told.retry()

    trouble, end = told.events(EventType.STREAM_DELIVERY)
    assert trouble["outcome"]["result"] == "FAILURE"
    assert "500" in trouble["outcome"]["reason"]
    assert trouble["target"][0]["displayName"] == "SIEM"
    assert end["outcome"]["result"] == "SUCCESS"


def test_a_hook_has_okta_s_word_for_its_trouble(tenant: Tenant, receiver: Receiver) -> None:
    receiver.answers = [(500, {})]
    hook = make_stream(tenant, receiver, kind="hook")
    note(tenant, "ada")

    hook.run()

    (event,) = hook.events(EventType.EVENT_SENT)
    assert event["eventType"] == "event_hook.delivery"
    assert event["target"][0]["type"] == "EventHook"


def test_the_pause_grows_and_a_receiver_may_ask_for_one(told: Told, tenant: Tenant) -> None:
    told.receiver.answers = [(500, {}), (500, {}), (429, {"Retry-After": "600"})]
    note(tenant, "ada")

    pauses = []
    for _ in range(3):
        told.retry()
        pauses.append((told.now.resume_at - timezone.now()).total_seconds())

    assert pauses[0] < 6
    assert 6 < pauses[1] < 11
    assert 590 < pauses[2] < 601


def test_a_receiver_that_is_away_costs_a_stranger_nothing(
    told: Told, tenant: Tenant, stranger: Downstream, receiver: Receiver
) -> None:
    theirs = make_stream(stranger.target.tenant, receiver)
    told.receiver.answers = [(500, {}), (204, {})]
    note(tenant, "ada")
    note(stranger.target.tenant, "mallory")

    told.run()
    theirs.run()

    assert theirs.now.delivered == 1
    assert told.now.delivered == 0


def test_secrets_that_no_key_opens_are_trouble_and_not_the_end(told: Told, tenant: Tenant) -> None:
    sealed = told.now.sealed_secrets
    LogStream.objects.filter(id=told.stream.id).update(sealed_secrets="nonsense")
    note(tenant, "ada")

    told.run()
    assert told.now.trouble_class == "access"
    LogStream.objects.filter(id=told.stream.id).update(sealed_secrets=sealed)
    told.retry()

    assert told.names == ["ada"]
