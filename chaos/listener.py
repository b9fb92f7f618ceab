"""The journal's receiver: it checks each signature and remembers in which order messages came."""

from __future__ import annotations

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from lib.standard_webhooks import new_secret

SECRET = new_secret()


@dataclass
class Listener:
    """`heard`: ids of messages by the resource that they are about, in the order in which they first came."""

    port: int = 0
    heard: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    repeats: int = 0
    forged: list[str] = field(default_factory=list)
    _bodies: dict[str, bytes] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """The status to answer with."""
        try:
            message: dict[str, Any] = Webhook(SECRET).verify(body, headers)
        except WebhookVerificationError as error:
            self.forged.append(f"{headers.get('webhook-id')}: {error}")
            return 401
        with self._lock:
            self._note(headers["webhook-id"], message, body)
        return 204

    def _note(self, id: str, message: dict[str, Any], body: bytes) -> None:
        if message["type"] == "connector.test":
            return
        if id in self._bodies:
            # What it says of the resource may be newer by now; the event may not be another.
            self.repeats += 1
            if _event(self._bodies[id]) != _event(body):
                self.forged.append(f"{id} came again as another event")
            return
        self._bodies[id] = body
        self.heard[message["data"]["resource"]["id"]].append(id)

    @property
    def count(self) -> int:
        return len(self._bodies)


def _event(body: bytes) -> Any:
    return json.loads(body)["data"]["event"]


def misheard(happened: dict[str, list[str]], listener: Listener) -> list[str]:
    """What is missing, too much or out of order, beside the ids of the log's events by resource."""
    found = [f"not to be trusted: {what}" for what in listener.forged]
    for key in sorted({*happened, *listener.heard}):
        found += _misheard(key, happened.get(key, []), listener.heard.get(key, []))
    return found


def _misheard(key: str, happened: list[str], heard: list[str]) -> Iterator[str]:
    missing, strange = Counter(happened) - Counter(heard), Counter(heard) - Counter(happened)
    if missing:
        yield f"{key}: the journal was not told of {sorted(missing)}"
    if strange:
        yield f"{key}: the journal was told of {sorted(strange)}, which the log does not know"
    if not missing and not strange and happened != heard:
        yield f"{key}: the journal was told in the order {heard}, and it happened in the order {happened}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status = self.server.listener.take(
            {name.lower(): value for name, value in self.headers.items()}, body
        )
        with suppress(ConnectionError):
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Not to the run's output."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, listener: Listener) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.listener = listener

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that is reset on the way is what the run is about."""


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()
    server = _Server(listener)
    listener.port = server.server_port
    threading.Thread(target=server.serve_forever, name="listener", daemon=True).start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
