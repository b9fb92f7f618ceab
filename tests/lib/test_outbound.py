"""The HTTP client against real servers that are slow, endless, rude or not who they say."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from lib.outbound import (
    BadAnswer,
    Client,
    OutboundError,
    TimedOut,
    Unreachable,
    Untrusted,
    pause_asked_for,
)
from tests.receivers import Receiver, misbehaving

HEAD = b"HTTP/1.1 200 OK\r\n"
Behaviour = Callable[[socket.socket, threading.Event], None]


def drip_headers(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(HEAD)
    while not over.wait(0.05):
        connection.sendall(b"X-Drip: 1\r\n")


def drip_body(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
    while not over.wait(0.05):
        connection.sendall(b"x")


def say_nothing(connection: socket.socket, over: threading.Event) -> None:
    over.wait()


def never_end(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while not over.is_set():
        connection.sendall(b"400\r\n" + b"x" * 0x400 + b"\r\n")


def send_a_huge_header(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(HEAD + b"X-Huge: " + b"x" * 1_000_000 + b"\r\n\r\n")


def reset(connection: socket.socket, over: threading.Event) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def close_without_a_word(connection: socket.socket, over: threading.Event) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def speak_something_else(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(b"220 mail.example.com ESMTP\r\n\r\n")


def test_a_request_arrives_whole_and_its_answer_comes_back(client: Client, receiver: Receiver) -> None:
    receiver.answers = [(202, {"X-Told": "yes"})]

    answer = client.send("POST", receiver.url, headers={"X-Own": "1"}, body=b'{"a": 1}')

    (received,) = receiver.received
    assert (received.method, received.path, received.body) == ("POST", "/hook", b'{"a": 1}')
    assert (received.headers["X-Own"], received.headers["User-Agent"]) == ("1", "Lockstep")
    assert (answer.status, answer.headers["x-told"], answer.body) == (202, "yes", b"")


@pytest.mark.parametrize("behaviour", [drip_headers, drip_body, say_nothing])
def test_the_time_limit_holds_for_the_whole_call(client: Client, behaviour: Behaviour) -> None:
    begin = time.monotonic()

    with misbehaving(behaviour) as url, pytest.raises(TimedOut):
        client.send("POST", url, headers={})

    assert 0.9 < time.monotonic() - begin < 3


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (never_end, BadAnswer),
        (send_a_huge_header, BadAnswer),
        (speak_something_else, BadAnswer),
        (reset, Unreachable),
        (close_without_a_word, Unreachable),
    ],
)
def test_what_a_rude_server_does_has_a_name(
    client: Client, behaviour: Behaviour, error: type[OutboundError]
) -> None:
    with misbehaving(behaviour) as url, pytest.raises(error, match=r"127\.0\.0\.1"):
        client.send("POST", url, headers={})


def test_an_answer_that_breaks_off_has_said_its_status(client: Client) -> None:
    with misbehaving(drip_body) as url, pytest.raises(TimedOut) as late:
        client.send("POST", url, headers={})
    with misbehaving(say_nothing) as url, pytest.raises(TimedOut) as silent:
        client.send("POST", url, headers={})

    assert (late.value.status, silent.value.status) == (200, None)


def test_a_receiver_that_does_not_read_is_left(client: Client) -> None:
    begin = time.monotonic()

    with misbehaving(say_nothing) as url, pytest.raises(TimedOut):
        client.send("POST", url, headers={}, body=b"x" * 50_000_000)

    assert time.monotonic() - begin < 3


def test_nothing_listening_is_unreachable(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(Unreachable, match="nothing listens"):
        client.send("POST", f"http://127.0.0.1:{port}/", headers={})


def test_a_redirect_is_an_answer_and_leads_nowhere(client: Client, receiver: Receiver) -> None:
    receiver.answers = [(302, {"Location": receiver.url})]

    answer = client.send("POST", receiver.url, headers={})

    assert answer.status == 302
    assert len(receiver.received) == 1


def test_proxies_of_the_environment_are_not_used(
    client: Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert client.send("POST", receiver.url, headers={}).status == 204


def test_a_connection_is_used_again_and_a_closed_one_is_not(client: Client, receiver: Receiver) -> None:
    for _ in range(3):
        client.send("POST", receiver.url, headers={})
    kept = receiver.connections
    receiver.answers = [(204, {"Connection": "close"})]
    client.send("POST", receiver.url, headers={})
    client.send("POST", receiver.url, headers={})

    assert (kept, receiver.connections) == (1, 2)


def test_several_threads_share_a_client(client: Client, receiver: Receiver) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: client.send("POST", receiver.url, headers={}, body=b"%d" % n), range(64)))

    assert {received.body for received in receiver.received} == {b"%d" % n for n in range(64)}
    assert receiver.connections <= 8


def test_plain_http_where_tls_should_be_is_untrusted(client: Client, receiver: Receiver) -> None:
    with pytest.raises(Untrusted, match="TLS"):
        client.send("POST", receiver.url.replace("http:", "https:"), headers={})


def test_what_is_no_certificate_is_said_at_once() -> None:
    with pytest.raises(ValueError, match="PEM"):
        Client(time_limit=1, ca_certificates="nonsense")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("Wed, 25 Nov 2026 12:00:30 GMT", 30.0),
        ("Wed, 25 Nov 2026 11:00:00 GMT", 0.0),
        ("9" * 400, 999_999_999.0),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_pause_is_told_in_seconds_or_by_a_date(text: str, seconds: float | None) -> None:
    now = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)

    assert pause_asked_for({"retry-after": text}, now) == seconds
