"""Requests as a server hands them to the application: any method, address, header and body."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from project.wsgi import application
from tests.scim.client import ERROR


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    method: str,
    path: str,
    *,
    query: str = "",
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    of: Any = application,
) -> Answer:
    """`path`, `query` and headers are texts of Latin-1, as WSGI has them (PEP 3333); `of` is who answers."""
    fields = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (headers or {}).items()}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if value := fields.pop(f"HTTP_{name}", None):
            fields[name] = value
    environ = _environ(method, path, query, body) | fields
    started: list[Any] = []

    def start(status: str, answered: Any, *_: Any) -> Any:
        started.extend((status, answered))

    with _connection_kept():
        found: Any = of(environ, start)
        content = b"".join(found)
        getattr(found, "close", lambda: None)()
    return Answer(int(started[0].split()[0]), dict(started[1]), content)


def _environ(method: str, path: str, query: str, body: bytes) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "localhost:8000",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


@contextmanager
def _connection_kept() -> Iterator[None]:
    """The test's transaction is the request's: Django would close its connection between requests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def assert_answered(answer: Answer, method: str) -> None:
    """Nothing breaks, and what is refused is so in SCIM's words (RFC 7644, 3.12).

    501 is what RFC 7644 3.11 wants for a /Me that nobody is behind.
    """
    assert answer.status < 500 or answer.status == 501, answer
    if answer.status < 400 or method == "HEAD":
        return
    assert answer.headers["Content-Type"] == "application/scim+json"
    if answer.headers.get("Content-Encoding") == "gzip":
        return
    assert answer.json["schemas"] == [ERROR]
    assert answer.json["status"] == str(answer.status)
    assert answer.json["detail"]
