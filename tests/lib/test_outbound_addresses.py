"""Which addresses the HTTP client calls, and whom it believes to be there."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from lib.outbound import (
    Client,
    Forbidden,
    TimedOut,
    Unreachable,
    Untrusted,
    read_networks,
)
from tests.receivers import LOOPBACK, Receiver, certificate_in, make_certificate, receiving


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104  # nothing is bound to it
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[ff02::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "2130706433",
        "0x7f.1",
    ],
)
def test_an_address_that_is_not_public_is_refused(host: str) -> None:
    client = Client(time_limit=1.0)

    with pytest.raises((Forbidden, Unreachable)) as refused:
        client.send("POST", f"http://{host}:9/", headers={})

    assert isinstance(refused.value, Forbidden) or host[0] in "20"


def test_allowing_one_network_allows_no_other(client: Client) -> None:
    with pytest.raises(Forbidden):
        client.send("POST", "http://10.0.0.1/", headers={})
    with pytest.raises(Forbidden):
        client.send("POST", "http://[::1]/", headers={})


def test_one_forbidden_address_of_a_name_forbids_it(
    client: Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _resolve_to(monkeypatch, "127.0.0.1", "192.168.0.1")

    with pytest.raises(Forbidden, match=r"192\.168\.0\.1"):
        client.send("POST", receiver.url.replace("127.0.0.1", "two.example.com"), headers={})

    assert receiver.received == []


def test_a_name_is_looked_up_once_and_called_where_it_was_checked(
    client: Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A resolver that answers something else the second time is not asked a second time."""
    answers = iter(["127.0.0.1", "10.0.0.1"])
    _resolve_by(monkeypatch, lambda: [next(answers)])

    url = receiver.url.replace("127.0.0.1", "hook.example.com")
    client.send("POST", url, headers={})
    client.send("POST", url, headers={})

    assert receiver.received[0].headers["Host"] == url.split("/")[2]
    assert (len(receiver.received), receiver.connections) == (2, 1)


def test_a_resolver_that_never_answers_is_left(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def wait() -> list[str]:
        over.wait(5)
        return []

    _resolve_by(monkeypatch, wait)

    begin = time.monotonic()
    with pytest.raises(TimedOut, match="looked up"):
        client.send("POST", "http://slow.example.com/", headers={})
    over.set()

    assert time.monotonic() - begin < 3


def test_tls_is_verified_against_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = make_certificate(tmp_path, "hook.example.com")
    own = certificate_in(certificate)
    _resolve_to(monkeypatch, "127.0.0.1")
    allowed = read_networks(LOOPBACK)

    with (
        receiving(certificate) as receiver,
        closing(Client(time_limit=2.0, allowed=allowed, ca_certificates=own)) as trusting,
        closing(Client(time_limit=2.0, allowed=allowed)) as client,
    ):
        good = receiver.url.replace("127.0.0.1", "hook.example.com")
        wrong_name = receiver.url.replace("127.0.0.1", "other.example.com")
        status = trusting.send("POST", good, headers={}).status
        with pytest.raises(Untrusted, match="certificate"):
            trusting.send("POST", wrong_name, headers={})
        with pytest.raises(Untrusted, match="certificate"):
            client.send("POST", good, headers={})

    assert status == 204
    assert len(receiver.received) == 1


def _resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    _resolve_by(monkeypatch, lambda: list(addresses))


def _resolve_by(monkeypatch: pytest.MonkeyPatch, answer: Callable[[], list[str]]) -> None:
    """The system's resolver, as an attacker may have it: the one edge that no server here can play."""
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *args: object, **options: object) -> object:
        if host.endswith("example.com"):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port)) for found in answer()]
        return real(host, port, *args, **options)  # type: ignore[arg-type]  # handed through as it came

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
