"""A server to send to, and a client that may."""

from collections.abc import Iterator

import pytest

from lib.outbound import Client, read_networks
from tests.receivers import LOOPBACK, Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def client() -> Iterator[Client]:
    client = Client(time_limit=1.0, most_bytes=10_000, allowed=read_networks(LOOPBACK))
    yield client
    client.close()
