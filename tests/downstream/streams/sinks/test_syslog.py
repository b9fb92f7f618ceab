"""A syslog server gets events as the RFCs say, and has them when the call returns."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from downstream.errors import AccessDenied, Transient
from tests.downstream.streams.servers import header_of, syslog
from tests.downstream.streams.sinks.conftest import batch_of, sink
from tests.receivers import certificate_in, make_certificate, misbehaving


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


def _hang(connection: socket.socket, over: threading.Event) -> None:
    over.wait(10)


def _until(condition: Any) -> None:
    for _ in range(200):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("It did not come about.")
