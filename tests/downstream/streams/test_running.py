"""A stream tells what is wanted of it, once, in the order of the log."""

from __future__ import annotations

import pytest

from audit.catalogue import EventType
from downstream.models import LogStream
from downstream.streams.feed import MOST_BYTES
from downstream.streams.keeping import add_stream, change_stream
from downstream.streams.running import run
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.streams.servers import syslog
from tests.downstream.streams.telling import Told, make_stream, name_of, note
from tests.factories import actor
from tests.receivers import LOOPBACK, Receiver


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
