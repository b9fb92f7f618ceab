"""The webhook journal by its interface: what it sends, what it makes of answers, what it refuses to be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from standardwebhooks import Webhook

from downstream.connectors import InvalidConfig, open_connector, open_endpoint, validate_config
from downstream.connectors.webhook import WebhookJournal
from downstream.errors import AccessDenied, BadData, DeliveryError, Throttled, Transient
from lib.standard_webhooks import new_secret
from tests.downstream.connectors.journal_contract import JournalContract, Refuse, Taken
from tests.receivers import LOOPBACK, Receiver, misbehaving, receiving

SECRET = new_secret()
MESSAGE = {"type": "user.lifecycle.create", "data": {"name": "Zoë"}}


def journal_at(url: str, **config: Any) -> WebhookJournal:
    settings = {"url": url, "secret": SECRET, "allowed_networks": LOOPBACK, **config}
    endpoint = open_endpoint("webhook", settings, time_limit=1.0)
    assert isinstance(endpoint, WebhookJournal)
    return endpoint


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def journal(receiver: Receiver) -> Iterator[WebhookJournal]:
    journal = journal_at(receiver.url)
    yield journal
    journal.close()


@pytest.fixture
def taken(receiver: Receiver) -> Taken:
    def told() -> list[tuple[str, dict[str, Any]]]:
        found = [(one.headers["webhook-id"], json.loads(one.body)) for one in receiver.received]
        return [(id, message) for id, message in found if message["type"] != "connector.test"]

    return told


@pytest.fixture
def refuse(receiver: Receiver) -> Refuse:
    def refuse() -> None:
        receiver.answers = [(503, {})]

    return refuse


class TestWebhookKeepsTheContract(JournalContract):
    pass


def test_a_message_is_one_signed_post(journal: WebhookJournal, receiver: Receiver) -> None:
    journal.send(MESSAGE, id="msg_1")

    (received,) = receiver.received
    assert (received.method, received.headers["Content-Type"]) == ("POST", "application/json")
    assert received.headers["webhook-id"] == "msg_1"
    assert Webhook(SECRET).verify(received.body, received.headers) == MESSAGE


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, AccessDenied),
        (400, BadData),
        (401, AccessDenied),
        (403, AccessDenied),
        (404, AccessDenied),
        (405, AccessDenied),
        (407, AccessDenied),
        (408, Transient),
        (410, BadData),
        (413, BadData),
        (422, BadData),
        (425, Transient),
        (429, Throttled),
        (500, Transient),
        (502, Transient),
        (503, Transient),
        (504, Transient),
    ],
)
def test_each_status_has_its_class(
    journal: WebhookJournal, receiver: Receiver, status: int, error: type[DeliveryError]
) -> None:
    receiver.answers = [(status, {})]

    with pytest.raises(error, match=str(status)):
        journal.send(MESSAGE, id="msg_1")


@pytest.mark.parametrize("status", [429, 503])
def test_a_pause_that_is_asked_for_is_handed_on(
    journal: WebhookJournal, receiver: Receiver, status: int
) -> None:
    receiver.answers = [(status, {"Retry-After": "7"})]

    with pytest.raises(Throttled) as throttled:
        journal.send(MESSAGE, id="msg_1")

    assert throttled.value.retry_after == 7


def test_a_status_that_was_said_counts_whatever_follows() -> None:
    def say_done_and_drip(connection: Any, over: Any) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        over.wait()

    with misbehaving(say_done_and_drip) as url:
        journal = journal_at(url)
        journal.send(MESSAGE, id="msg_1")
        journal.close()


def test_silence_is_transient_and_a_private_address_is_access() -> None:
    def say_nothing(connection: Any, over: Any) -> None:
        over.wait()

    with misbehaving(say_nothing) as url:
        journal = journal_at(url)
        with pytest.raises(Transient):
            journal.send(MESSAGE, id="msg_1")
        journal.close()
    elsewhere = journal_at("http://10.0.0.1/hook")
    with pytest.raises(AccessDenied, match="no public address"):
        elsewhere.send(MESSAGE, id="msg_1")


def test_a_check_sends_a_signed_test_about_nobody(journal: WebhookJournal, receiver: Receiver) -> None:
    journal.check()

    (received,) = receiver.received
    message = Webhook(SECRET).verify(received.body, received.headers)
    assert (message["type"], message["data"]) == ("connector.test", {})


@pytest.mark.parametrize(("status", "passes"), [(400, True), (422, True), (410, False), (403, False)])
def test_an_endpoint_that_knows_no_test_is_there_all_the_same(
    journal: WebhookJournal, receiver: Receiver, status: int, passes: bool
) -> None:
    receiver.answers = [(status, {})]

    if passes:
        journal.check()
    else:
        with pytest.raises(DeliveryError):
            journal.check()


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://example.com"},
        {"url": "http://example.com", "allowed_networks": []},
        {"url": "https://user:password@example.com"},
        {"url": "https://"},
        {"url": "https://example.com/#part"},
        {"url": "https://bücher.example"},
        {"url": "https://example.com/\r\nX: 1"},
        {"url": "https://example.com:99999/"},
        {"url": 7},
        {"secret": "whsec_short"},
        {"allowed_networks": ["everything"]},
        {"ca_certificates": "none"},
        {"unknown": 1},
    ],
)
def test_a_wrong_configuration_is_refused_without_the_secret(wrong: dict[str, Any]) -> None:
    settings = {"url": "https://example.com/", "secret": SECRET, **wrong}

    with pytest.raises(InvalidConfig) as refused:
        open_endpoint("webhook", settings, time_limit=1)

    assert SECRET not in str(refused.value)


def test_secrets_are_kept_apart() -> None:
    old = {"2026-11-26T00:00:00+00:00": SECRET}
    raw = {"url": "https://example.com/?key=1", "secret": SECRET, "old_secrets": old}

    public, secret = validate_config("webhook", raw)

    assert public == {"url": "https://example.com/?key=1"}
    assert secret == {"secret": SECRET, "old_secrets": old}
    assert SECRET not in repr(open_endpoint("webhook", raw, time_limit=1).config)
    assert open_endpoint("webhook", raw, time_limit=1).address == "https://example.com/"


def test_who_wants_accounts_is_told_that_there_are_none() -> None:
    settings = {"url": "https://example.com/", "secret": SECRET}

    with pytest.raises(InvalidConfig, match="no accounts"):
        open_connector("webhook", settings, time_limit=1)
