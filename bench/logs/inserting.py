"""What the event adds to POST /Users: the same request with it and without it, in turns."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Any
from unittest import mock

from django.conf import settings
from django.test import Client

from audit.log_event import Entry
from bench.errors import BenchError
from directory.seeding.documents import user_document
from directory.services import announce
from lib.statements import Statement

REQUESTS = 600
FIRST = 5_000_000


def cost(token: str) -> float:
    """Per cent."""
    settings.ALLOWED_HOSTS.append("testserver")
    client = Client(headers={"Authorization": f"Bearer {token}"})
    with_event, without = [], []
    for number in range(FIRST, FIRST + 2 * REQUESTS, 2):
        with_event.append(_post(client, number))
        with _no_event():
            without.append(_post(client, number + 1))
    return 100 * (median(with_event) / median(without) - 1)


def _post(client: Client, number: int) -> float:
    begin = time.perf_counter()
    answer = client.post("/scim/v2/Users", user_document(number), content_type="application/scim+json")
    took = time.perf_counter() - begin
    if answer.status_code != 201:
        raise BenchError(f"POST /Users answers {answer.status_code}: {answer.content[:200]!r}")
    return took


@contextmanager
def _no_event() -> Iterator[None]:
    """The statement of the event is the cheapest that there is."""

    def nothing(tenant_id: Any, entries: Sequence[Entry]) -> Statement:
        return Statement("SELECT 1", [])

    with mock.patch.object(announce, "recording", nothing):
        yield
