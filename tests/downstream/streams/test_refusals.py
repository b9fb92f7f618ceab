"""What a receiver refuses for good is set aside, once it takes something else."""

from __future__ import annotations

from audit.catalogue import EventType
from tenants.models import Tenant
from tests.downstream.conftest import Downstream
from tests.downstream.streams.servers import elastic
from tests.downstream.streams.telling import Told, make_stream, name_of, note
from tests.log import log_events
from tests.receivers import LOOPBACK, Receiver


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
