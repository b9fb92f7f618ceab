"""Sinks that are closed behind each test, and batches for them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from audit.catalogue import EventType
from audit.log_event import Subject, SubjectType, canonical
from downstream.streams.sinks import AnySink, Batch, Item, open_sink
from lib.standard_webhooks import new_secret
from tests.audit.formats.events import log_event
from tests.receivers import LOOPBACK, Receiver, receiving

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
