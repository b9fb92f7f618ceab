"""A webhook and an event hook get one signed message for a batch."""

from __future__ import annotations

import uuid

from standardwebhooks import Webhook

from downstream.streams.sinks import Batch
from tests.downstream.streams.sinks.conftest import SECRET, STREAM, batch_of, sink
from tests.receivers import Receiver


def test_a_webhook_is_one_signed_message_for_a_batch(receiver: Receiver) -> None:
    batch = batch_of("ada", "grace")
    to = sink("webhook", url=receiver.url, secret=SECRET)

    to.send(batch)
    to.send(batch)

    first, second = receiver.received
    told = Webhook(SECRET).verify(first.body, first.headers)
    assert told["type"] == "connector.log.events"
    assert told["data"]["events"] == batch.events
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == str(batch.id)


def test_an_event_hook_has_the_body_of_okta_s(receiver: Receiver) -> None:
    batch = batch_of("ada")

    sink("hook", url=receiver.url, secret=SECRET, authorization="s3cret").send(batch)

    (received,) = receiver.received
    told = Webhook(SECRET).verify(received.body, received.headers)
    assert received.headers["Authorization"] == "s3cret"
    assert told == {
        "eventType": "com.okta.event_hook",
        "eventTypeVersion": "1.0",
        "cloudEventsVersion": "0.1",
        "source": f"http://127.0.0.1:8000/api/v1/eventHooks/{STREAM}",
        "eventId": str(batch.id),
        "data": {"events": batch.events},
        "eventTime": batch.events[0]["published"],
        "contentType": "application/json",
    }


def test_other_events_are_another_batch() -> None:
    one, other = batch_of("ada"), batch_of("ada", "grace")

    assert one.id != other.id
    assert one.id == Batch(STREAM, one.items).id
    assert one.id != Batch(uuid.uuid4(), one.items).id
