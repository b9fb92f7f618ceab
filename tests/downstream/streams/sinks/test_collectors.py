"""Splunk and Elastic get events as their documents say, and what they answer becomes the right error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from downstream.errors import AccessDenied, BadData, DeliveryError, Throttled, Transient
from downstream.streams.sinks import AnySink
from tests.downstream.streams.servers import Elastic, Splunk, elastic, splunk
from tests.downstream.streams.sinks.conftest import STREAM, batch_of, sink
from tests.receivers import Receiver


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
