"""The embedded broker: a message is there whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection, Consumer, Exchange, Producer, Queue

from project.embedded_broker import Transport


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    options = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path)}
    options["control_folder"] = str(tmp_path / "control")
    with Connection(transport=Transport, transport_options=options) as opened:
        yield opened


@pytest.fixture
def channel(connection: Connection) -> Any:
    return connection.channel()


def test_a_message_comes_out_as_it_went_in(channel: Any) -> None:
    channel._put("wake", {"body": "x"})

    assert channel._get("wake") == {"body": "x"}


def test_one_look_into_the_folder_serves_every_queue(connection: Connection) -> None:
    """No queue is a polling interval behind another."""
    channel, got = connection.channel(), list[str]()
    queues = [Queue(name, Exchange(name), routing_key=name, channel=channel) for name in ("one", "two")]
    with Consumer(channel, queues, callbacks=[lambda body, _: got.append(body)], no_ack=True):
        for queue in queues:
            Producer(channel).publish(queue.name, exchange=queue.exchange, routing_key=queue.routing_key)
        for _ in queues:
            connection.drain_events(timeout=0.01)

    assert sorted(got) == ["one", "two"]


def test_a_message_that_is_not_whole_is_no_message(channel: Any, tmp_path: Path) -> None:
    """Celery's worker would end with an unrecoverable error."""
    (tmp_path / "1_a.wake.msg").write_text("")

    with pytest.raises(Empty):
        channel._get("wake")


def test_a_draft_is_not_taken_for_a_message(channel: Any, tmp_path: Path) -> None:
    (tmp_path / "1_a.wake.msg.draft").write_text('{"body": "half"')

    with pytest.raises(Empty):
        channel._get("wake")
