"""Each kind of receiver gets events as its documents say, and what it answers becomes the right error."""

from __future__ import annotations

import json
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from audit.catalogue import EventType
from audit.log_event import Subject, SubjectType, canonical
from downstream.connectors import InvalidConfig
from downstream.errors import AccessDenied, BadData, DeliveryError, Throttled, Transient
from downstream.streams.sinks import SINKS, AnySink, Batch, Item, open_sink
from lib.standard_webhooks import new_secret
from tests.audit.formats.events import log_event
from tests.downstream.streams.servers import Elastic, Splunk, elastic, header_of, splunk, syslog
from tests.receivers import LOOPBACK, Receiver, certificate_in, make_certificate, misbehaving, receiving

STREAM = uuid.uuid4()
SECRET = new_secret()


def batch_of(*names: str) -> Batch:
    subjects = [Subject(SubjectType.USER, str(uuid.uuid4()), name, name) for name in names]
    events = [log_event(EventType.USER_CREATED, subjects=(subject,)) for subject in subjects]
    return Batch(STREAM, tuple(Item(seq, canonical(event)) for seq, event in enumerate(events, start=7)))


_open: list[AnySink] = []


def sink(kind: str, *, time_limit: float = 5.0, **config: Any) -> AnySink:
    return opened(kind, {"allowed_networks": LOOPBACK, **config}, time_limit=time_limit)


def opened(kind: str, config: dict[str, Any], *, time_limit: float = 5.0) -> AnySink:
    _open.append(open_sink(kind, config, time_limit=time_limit))
    return _open[-1]


@pytest.fixture(autouse=True)
def closing() -> Iterator[None]:
    yield
    while _open:
        _open.pop().close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def hec() -> Iterator[Splunk]:
    with splunk() as server:
        yield server


@pytest.fixture
def cluster() -> Iterator[Elastic]:
    with elastic() as server:
        yield server


def to_hec(server: Splunk, **config: Any) -> AnySink:
    return sink("splunk", **{"url": server.url, "token": server.token, **config})


def to_cluster(server: Elastic, **config: Any) -> AnySink:
    return sink("elastic", **{"url": server.url, "api_key": server.key, **config})


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return make_certificate(tmp_path, "127.0.0.1")


@pytest.mark.parametrize("transport", ["tcp", "tls"])
def test_syslog_over_a_stream_is_octet_counted_and_read_to_its_end(transport: str, certificate: Path) -> None:
    batch = batch_of("ada", "grace\nhopper", "bü")
    with syslog(transport, certificate if transport == "tls" else None) as server:
        to = sink(
            "syslog",
            host="127.0.0.1",
            port=server.port,
            transport=transport,
            ca_certificates=certificate_in(certificate),
        )

        to.send(batch)

        # There is nothing to wait for: it was read when the call returned.
        assert server.events() == batch.events
    assert header_of(server.messages[0]) == [
        "<110>1",
        batch.events[0]["published"],
        "127.0.0.1",
        "lockstep",
        "-",
        "user.lifecycle.create",
    ]
    assert server.connections == 1


def test_syslog_over_udp_is_a_datagram_for_each_event() -> None:
    batch = batch_of("ada", "grace")
    with syslog("udp") as server:
        sink("syslog", host="127.0.0.1", port=server.port, transport="udp").send(batch)
        _until(lambda: len(server.messages) == 2)

    assert server.events() == batch.events


def test_syslog_may_carry_cef() -> None:
    with syslog("tcp") as server:
        to = sink("syslog", host="127.0.0.1", port=server.port, transport="tcp", format="cef")
        to.send(batch_of("ada"))

    assert b" CEF:0|Lockstep|Lockstep|" in server.messages[0]


def test_a_syslog_server_that_leaves_something_unread_has_not_got_it() -> None:
    with syslog("tcp") as server:
        server.patience = 20
        to = sink("syslog", host="127.0.0.1", port=server.port, transport="tcp")

        with pytest.raises(Transient):
            to.send(batch_of(*(f"user-{number}" for number in range(300))))


def test_a_syslog_server_that_hangs_holds_nobody_up() -> None:
    with misbehaving(_hang) as url:
        port = int(url.rpartition(":")[2].partition("/")[0])
        to, began = (
            sink("syslog", time_limit=0.5, host="127.0.0.1", port=port, transport="tcp"),
            time.monotonic(),
        )

        with pytest.raises(Transient):
            to.send(batch_of("ada"))

        assert time.monotonic() - began < 5


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    with syslog("tls", certificate) as server:
        to = sink("syslog", host="127.0.0.1", port=server.port)

        with pytest.raises(AccessDenied, match="certificate"):
            to.send(batch_of("ada"))

        assert server.messages == []


def test_the_collector_of_splunk_gets_what_its_add_on_reads(hec: Splunk) -> None:
    batch = batch_of("ada", "grace")

    to_hec(hec, index="identity").send(batch)

    assert [told["event"] for told in hec.events] == batch.events
    first = hec.events[0]
    assert first["time"] == 1777636800.007
    assert (first["sourcetype"], first["source"], first["index"]) == ("OktaIM2:log", "lockstep", "identity")
    assert first["fields"] == {"seq": 7}
    assert hec.channels == [str(STREAM)]


def test_splunk_is_waited_for_where_it_acknowledges(hec: Splunk) -> None:
    hec.acknowledges = True

    to_hec(hec).send(batch_of("ada"))

    assert hec.asked == 3


def test_what_splunk_does_not_acknowledge_has_not_arrived(hec: Splunk) -> None:
    hec.acknowledges, hec.slowness = True, 1000

    with pytest.raises(Transient, match="confirmed"):
        to_hec(hec, time_limit=0.6).send(batch_of("ada"))


@pytest.mark.parametrize(
    ("config", "error"),
    [
        ({"token": "wrong"}, AccessDenied),
        ({"index": "nobody-has-it"}, AccessDenied),
        ({"url": "/prefix"}, AccessDenied),
    ],
)
def test_what_splunk_refuses_of_every_event_is_ours_to_mend(
    hec: Splunk, config: dict[str, Any], error: type[DeliveryError]
) -> None:
    asked = {name: hec.url + value if name == "url" else value for name, value in config.items()}

    with pytest.raises(error, match="mend"):
        to_hec(hec, **asked).send(batch_of("ada"))


def test_splunk_is_left_alone_while_it_is_busy(hec: Splunk) -> None:
    hec.busy = 1

    with pytest.raises(Throttled):
        to_hec(hec).send(batch_of("ada"))


@pytest.mark.parametrize("path", ["", "/", "/services/collector", "/services/collector/event"])
def test_the_address_of_splunk_may_be_written_in_several_ways(hec: Splunk, path: str) -> None:
    to_hec(hec, url=hec.url + path).check()

    assert hec.events[0]["event"]["eventType"] == "connector.test"


def test_elastic_gets_each_event_once_under_its_uuid(cluster: Elastic) -> None:
    batch = batch_of("ada", "grace")
    to = to_cluster(cluster)

    to.send(batch)
    again = to.send(batch)

    assert list(again) == []
    assert list(cluster.documents) == [event["uuid"] for event in batch.events]
    document = cluster.documents[batch.events[0]["uuid"]]
    assert json.loads(document["event"]["original"]) == batch.events[0]
    assert document["@timestamp"] == batch.events[0]["published"]
    assert cluster.paths[0] == "/logs-okta.system-default/_bulk"


def test_elastic_may_get_ocsf(cluster: Elastic) -> None:
    to_cluster(cluster, format="ocsf", data_stream="ocsf-events").send(batch_of("ada"))

    (document,) = cluster.documents.values()
    assert (document["class_uid"], document["user"]["uid"][8]) == (3001, "-")


def test_what_elastic_refuses_alone_is_told_one_by_one(cluster: Elastic) -> None:
    cluster.refusing = {"grace": 400}
    batch = batch_of("ada", "grace", "joan")

    (refused,) = to_cluster(cluster).send(batch)

    assert refused.item == batch.items[1]
    assert refused.reason == "document_parsing_exception: failed to parse (400)"
    assert len(cluster.documents) == 2


@pytest.mark.parametrize(("status", "error"), [(429, Throttled), (503, Transient), (400, BadData)])
def test_a_verdict_about_all_of_a_batch_is_one_of_the_batch(
    cluster: Elastic, status: int, error: type[DeliveryError]
) -> None:
    cluster.refusing = {"user.lifecycle.create": status}

    with pytest.raises(error):
        to_cluster(cluster).send(batch_of("ada", "grace"))


def test_a_wrong_key_of_elastic_is_ours_to_mend(cluster: Elastic) -> None:
    to = to_cluster(cluster, api_key="wrong")

    for call in (to.check, lambda: to.send(batch_of("ada"))):
        with pytest.raises(AccessDenied):
            call()


def test_what_is_no_bulk_api_is_not_taken_for_one(receiver: Receiver) -> None:
    receiver.answers = [(200, {})]

    with pytest.raises(Transient, match="bulk"):
        sink("elastic", url=receiver.url, api_key="x").send(batch_of("ada"))


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


@pytest.mark.parametrize(
    ("kind", "config", "sentence"),
    [
        ("pigeon", {}, "pigeon"),
        ("syslog", {"host": "example.com:514"}, "host"),
        ("syslog", {"host": "example.com", "transport": "tcp"}, "tls"),
        ("syslog", {"host": "example.com", "port": 0}, "port"),
        ("splunk", {"url": "http://example.com", "token": "x"}, "https"),
        ("splunk", {"url": "https://example.com"}, "token is missing"),
        ("elastic", {"url": "https://example.com", "api_key": "x", "data_stream": "../_all"}, "data_stream"),
        ("webhook", {"url": "https://u:p@example.com", "secret": SECRET}, "without user"),
        ("hook", {"url": "https://example.com", "secret": "short"}, "whsec_"),
    ],
)
def test_a_wrong_configuration_is_explained(kind: str, config: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidConfig, match=sentence):
        open_sink(kind, config)


@pytest.mark.parametrize("kind", SINKS)
def test_no_private_address_is_called_unless_it_is_allowed(kind: str) -> None:
    config: dict[str, dict[str, Any]] = {
        "syslog": {"host": "127.0.0.1"},
        "splunk": {"url": "https://127.0.0.1", "token": "x"},
        "elastic": {"url": "https://127.0.0.1", "api_key": "x"},
        "webhook": {"url": "https://127.0.0.1", "secret": SECRET},
        "hook": {"url": "https://127.0.0.1", "secret": SECRET},
    }

    with pytest.raises(AccessDenied, match="no public address"):
        opened(kind, config[kind]).send(batch_of("ada"))


@pytest.mark.parametrize("kind", SINKS)
def test_no_secret_is_in_an_address(kind: str) -> None:
    config: dict[str, dict[str, Any]] = {
        "syslog": {"host": "example.com"},
        "splunk": {"url": "https://example.com?token=s3cret", "token": "s3cret"},
        "elastic": {"url": "https://example.com?s3cret", "api_key": "s3cret"},
        "webhook": {"url": "https://example.com?s3cret", "secret": SECRET},
        "hook": {"url": "https://example.com?s3cret", "secret": SECRET},
    }

    found = opened(kind, config[kind])

    assert "s3cret" not in found.address


def _hang(connection: socket.socket, over: threading.Event) -> None:
    over.wait(10)


def _until(condition: Any) -> None:
    for _ in range(200):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("It did not come about.")
