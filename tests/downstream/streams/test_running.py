"""Streams lose nothing, whatever becomes of receivers and workers; a batch that comes again is the same."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from audit.catalogue import EventType
from downstream.models import LogStream
from downstream.streams import running, verdicts
from downstream.streams.feed import MOST_BYTES, next_portion
from downstream.streams.keeping import add_stream, change_stream
from downstream.streams.running import run
from downstream.tasks import tell_streams
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.streams.servers import elastic, syslog
from tests.downstream.streams.telling import Told, make_stream, name_of, note
from tests.factories import actor
from tests.log import log_events
from tests.receivers import LOOPBACK, Received, Receiver


class Killed(BaseException):
    """The process ends here: nothing behind this line is done."""


@pytest.fixture
def told(tenant: Tenant, stranger: Downstream, receiver: Receiver) -> Told:
    note(tenant, "before")
    return make_stream(tenant, receiver)


@pytest.fixture
def small_batches(told: Told) -> Told:
    """Two events in one batch."""
    LogStream.objects.filter(id=told.stream.id).update(batch_size=2)
    return told


def test_a_new_stream_begins_with_the_next_event(told: Told, tenant: Tenant, stranger: Downstream) -> None:
    note(tenant, "ada", "grace")
    note(stranger.target.tenant, "mallory")

    told.run()

    assert told.names == ["ada", "grace"]
    assert told.now.delivered == 2


def test_or_with_everything_that_the_log_has(tenant: Tenant, receiver: Receiver) -> None:
    note(tenant, "before")

    told = make_stream(tenant, receiver, from_start=True)

    told.run()
    assert told.names == ["before"]


def test_without_types_it_is_told_everything(tenant: Tenant, receiver: Receiver) -> None:
    told = make_stream(tenant, receiver, event_types=[])
    note(tenant, "ada", kind=EventType.SIGNED_OUT)

    told.run()

    assert told.names == ["system.log_stream.lifecycle.create", "ada"]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (["user.lifecycle.*"], ["created", "deactivated"]),
        (["user.lifecycle.create", "group.*"], ["created", "group"]),
        (["user*"], ["created", "deactivated", "out"]),
    ],
)
def test_a_hook_hears_of_the_types_that_it_subscribes_to(
    tenant: Tenant, receiver: Receiver, wanted: list[str], names: list[str]
) -> None:
    hook = make_stream(tenant, receiver, kind="hook", event_types=wanted)
    note(tenant, "created")
    note(tenant, "deactivated", kind=EventType.USER_DEACTIVATED)
    note(tenant, "group", kind=EventType.GROUP_CREATED)
    note(tenant, "out", kind=EventType.SIGNED_OUT)

    hook.run()

    assert hook.names == names


def test_everything_is_told_once_in_the_order_of_the_log(small_batches: Told, tenant: Tenant) -> None:
    names = note(tenant, *(f"user-{number}" for number in range(7)))

    small_batches.run()
    small_batches.run()

    assert small_batches.names == names
    # After a success the next batch is larger.
    assert [len(message) for message in small_batches.messages] == [2, 4, 1]


def test_a_process_that_is_killed_behind_the_sending_sends_the_same_again(
    small_batches: Told, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever has happened meanwhile: the batch has the same events and the same id."""
    told = small_batches
    note(tenant, "ada", "grace", "joan")

    def die(*_: Any, **__: Any) -> bool:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(running, "reached", die)
        # A process that is killed gives no lease back.
        patch.setattr(running, "TERM", timedelta(seconds=-1))
        told.run()
    note(tenant, "late")
    LogStream.objects.filter(id=told.stream.id).update(batch_size=50)

    told.run()

    assert told.ids[0] == told.ids[1]
    assert told.messages[0] == told.messages[1]
    assert told.names == ["ada", "grace", "ada", "grace", "joan", "late"]


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


def test_an_event_that_nobody_wants_is_set_aside_when_the_next_is_taken(told: Told, tenant: Tenant) -> None:
    told.receiver.refusing = {"poison": 400}
    note(tenant, "ada", "poison", "grace", "joan")

    told.run()

    taken = [name for name in told.names if name != "poison"]
    assert list(dict.fromkeys(taken)) == ["ada", "grace", "joan"]
    assert (told.now.set_aside, told.now.delivered) == (1, 3)
    (event,) = told.events(EventType.STREAM_DELIVERY)
    assert event["outcome"]["result"] == "ABANDONED"
    poison = next(event for event in told.events(EventType.USER_CREATED) if name_of(event) == "poison")
    assert event["debugContext"]["debugData"]["event"] == poison["uuid"]


def test_a_receiver_that_refuses_everything_loses_nothing(told: Told, tenant: Tenant) -> None:
    told.receiver.answers = [(400, {})]
    note(tenant, "ada", "grace", "joan")

    told.run()
    told.retry()

    assert (told.now.set_aside, told.now.delivered, told.now.trouble_class) == (0, 0, "data")
    told.receiver.answers = [(204, {})]
    told.receiver.received.clear()
    told.retry()
    assert told.names == ["ada", "grace", "joan"]


def test_the_last_event_is_not_given_up_before_there_is_another_one(told: Told, tenant: Tenant) -> None:
    told.receiver.refusing = {"poison": 422}
    note(tenant, "poison")

    told.run()
    assert told.now.trouble_class == "data"
    note(tenant, "grace")
    told.retry()

    assert (told.now.set_aside, told.now.delivered) == (1, 1)


def test_what_tells_of_the_stream_itself_is_set_aside_in_silence(tenant: Tenant, receiver: Receiver) -> None:
    told = make_stream(tenant, receiver, event_types=[])
    receiver.refusing = {"log_stream": 400}
    for number in range(3):
        note(tenant, f"user-{number}")
        told.retry()

    before = log_events().count()
    for _ in range(5):
        told.retry()

    assert log_events().count() == before


def test_elastic_s_single_refusals_are_set_aside_and_told(tenant: Tenant, stranger: Downstream) -> None:
    with elastic(refusing={"poison": 400}) as server:
        config = {"url": server.url, "api_key": server.key, "allowed_networks": LOOPBACK}
        told = make_stream(tenant, Receiver(server.url), kind="elastic", config=config)
        note(tenant, "ada", "poison", "grace")

        told.run()
        told.run()

    assert len(server.documents) == 2
    assert (told.now.set_aside, told.now.delivered) == (1, 2)
    (event,) = told.events(EventType.STREAM_DELIVERY)
    assert event["outcome"]["reason"] == "document_parsing_exception: failed to parse (400)"


def test_syslog_gets_the_log_in_order(tenant: Tenant, stranger: Downstream) -> None:
    with syslog("tcp") as server:
        config = {"host": "127.0.0.1", "port": server.port, "transport": "tcp", "allowed_networks": LOOPBACK}
        stream = add_stream(tenant, name="Syslog", kind="syslog", config=config, by=actor())
        names = note(tenant, *(f"user-{number}" for number in range(700)))

        run(stream.id)

    assert [name_of(event) for event in server.events()] == ["system.log_stream.lifecycle.create", *names]
    assert server.connections == 2


def test_a_batch_holds_no_more_than_receivers_take(told: Told, tenant: Tenant) -> None:
    names = note(tenant, *(f"{'x' * 60_000}-{number}" for number in range(20)))

    told.run()

    assert told.names == names
    assert len(told.messages) > 1
    assert all(len(received.body) < MOST_BYTES + 130_000 for received in told.receiver.received)


@pytest.mark.django_db(transaction=True)
def test_a_second_worker_sends_nothing_meanwhile(told: Told, tenant: Tenant) -> None:
    note(tenant, "ada")
    seen: list[int] = []

    def work(_: Received) -> None:
        seen.append(run(told.stream.id))
        connections.close_all()

    told.receiver.on_request = work

    told.run()

    assert (told.names, seen) == (["ada"], [0])


def test_a_late_worker_moves_no_cursor(told: Told, tenant: Tenant) -> None:
    note(tenant, "ada")
    late = running._take(told.stream.id)
    assert late
    stream = told.now
    portion = next_portion(stream, most=5)
    assert portion
    LogStream.objects.filter(id=stream.id).update(lease=uuid.uuid4())

    assert verdicts.reached(stream, portion, (), most=5, lease=late) is False

    assert told.now.cursor == stream.cursor


def test_one_that_is_switched_off_waits(told: Told, tenant: Tenant) -> None:
    change_stream(told.stream, enabled=False, by=actor())
    note(tenant, "ada")
    assert told.run() == 0

    change_stream(told.stream, enabled=True, by=actor())
    told.run()

    assert told.names == ["ada"]


def test_one_without_anything_to_tell_is_not_called(told: Told, tenant: Tenant) -> None:
    note(tenant, "out", kind=EventType.SIGNED_OUT)

    told.run()

    assert told.receiver.received == []
    assert not LogStream.objects.due().exists()


def test_secrets_that_no_key_opens_are_trouble_and_not_the_end(told: Told, tenant: Tenant) -> None:
    sealed = told.now.sealed_secrets
    LogStream.objects.filter(id=told.stream.id).update(sealed_secrets="nonsense")
    note(tenant, "ada")

    told.run()
    assert told.now.trouble_class == "access"
    LogStream.objects.filter(id=told.stream.id).update(sealed_secrets=sealed)
    told.retry()

    assert told.names == ["ada"]


@pytest.mark.django_db(transaction=True)
def test_the_duty_tells_all_streams_from_threads_of_its_own(
    tenant: Tenant, stranger: Downstream, receiver: Receiver
) -> None:
    told = [make_stream(owner, receiver) for owner in (tenant, stranger.target.tenant)]
    note(tenant, "ada")
    note(stranger.target.tenant, "mallory")

    for _ in range(3):
        tell_streams()
    running._pool()._threads.shutdown(wait=True)
    running._pool.cache_clear()

    assert [one.now.delivered for one in told] == [1, 1]
    assert len(receiver.received) == 2
