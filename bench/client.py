"""One client that reads one thing after another over one connection, as an import does."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from bench.errors import BenchError
from bench.servers import Web

TIMEOUT = 60


class Client:
    def __init__(self, web: Web, token: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=TIMEOUT)
        self.headers = {"Authorization": f"Bearer {token}", "Accept": "application/scim+json"}

    def get(self, path: str) -> tuple[dict[str, Any], float]:
        """The document, and after how many seconds its last byte was there. Raises BenchError."""
        try:
            status, body, took = self._ask(path)
        except http.client.RemoteDisconnected:
            # The server closes a connection that has been idle for long, as while others pressed.
            status, body, took = self._ask(path)
        if status != 200:
            raise BenchError(f"{path} was answered {status}: {body[:500].decode(errors='replace')}")
        document: dict[str, Any] = json.loads(body)
        return document, took

    def _ask(self, path: str) -> tuple[int, bytes, float]:
        begin = time.perf_counter()
        self.connection.request("GET", f"/scim/v2{path}", headers=self.headers)
        response = self.connection.getresponse()
        body = response.read()
        return response.status, body, time.perf_counter() - begin

    def found(self, path: str, query: str) -> list[dict[str, Any]]:
        """What a filter finds."""
        document, _ = self.get(f"{path}?filter={quote(query)}")
        if document["totalResults"] != len(document["Resources"]):
            raise BenchError(f"{query} finds {document['totalResults']}, and not all are shown.")
        return list(document["Resources"])


@contextmanager
def client(web: Web, token: str) -> Iterator[Client]:
    opened = Client(web, token)
    try:
        yield opened
    finally:
        opened.connection.close()
