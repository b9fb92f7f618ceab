"""Receivers of streams: they answer as the documents of syslog, Splunk and Elastic say that those do."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Answer = tuple[int, dict[str, Any]]


@dataclass
class SyslogServer:
    """`messages` are those that were read to their ends, one connection after the other."""

    port: int = 0
    messages: list[bytes] = field(default_factory=list)
    connections: int = 0
    # Close after so many bytes, the rest unread.
    patience: int | None = None

    def read(self, connection: socket.socket) -> None:
        """RFC 6587, 3.4.1: MSG-LEN SP SYSLOG-MSG."""
        self.connections += 1
        data = b""
        while part := connection.recv(65536 if self.patience is None else 10):
            data += part
            if self.patience is not None and len(data) > self.patience:
                return
        while data:
            length, _, rest = data.partition(b" ")
            self.messages.append(rest[: int(length)])
            data = rest[int(length) :]

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(message[message.index(b"{") :]) for message in self.messages]


@contextmanager
def syslog(transport: str, certificate: Path | None = None) -> Iterator[SyslogServer]:
    """On a port of its own, over udp, tcp or tls."""
    server = SyslogServer()
    if transport == "udp":
        with _serving(_udp(server)):
            yield server
        return
    with _serving(_tcp(server, certificate)):
        yield server


def _udp(server: SyslogServer) -> socketserver.BaseServer:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            server.messages.append(self.request[0])

    listener = socketserver.UDPServer(("127.0.0.1", 0), Handler)
    server.port = listener.server_address[1]
    return listener


def _tcp(server: SyslogServer, certificate: Path | None) -> socketserver.BaseServer:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                server.read(self.request)

    class Listener(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def shutdown_request(self, request: Any) -> None:
            """As a process that ends: what is unread breaks the connection."""
            self.close_request(request)

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that breaks off is what some tests are about."""

    listener = Listener(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        listener.socket = context.wrap_socket(listener.socket, server_side=True)
    server.port = listener.server_address[1]
    return listener


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Splunk:
    """An HTTP Event Collector."""

    url: str = ""
    token: str = "11111111-2222-3333-4444-555555555555"
    indexes: tuple[str, ...] = ("main", "identity")
    acknowledges: bool = False
    # Asked so often about an acknowledgement, it confirms.
    slowness: int = 2
    busy: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0
    channels: list[str] = field(default_factory=list)

    def answer(self, path: str, headers: dict[str, str], body: str) -> Answer:
        self.channels.append(headers.get("X-Splunk-Request-Channel", ""))
        if headers.get("Authorization", "") != f"Splunk {self.token}":
            return 403, {"text": "Invalid token", "code": 4}
        if path.startswith("/services/collector/ack"):
            self.asked += 1
            return 200, {"acks": {str(ack): self.asked > self.slowness for ack in json.loads(body)["acks"]}}
        if path != "/services/collector/event":
            return 404, {"text": "The requested URL was not found on this server.", "code": 404}
        if self.busy:
            self.busy -= 1
            return 503, {"text": "Server is busy", "code": 9}
        return self._take(body)

    def _take(self, body: str) -> Answer:
        """Objects one behind the other, with or without blanks between them."""
        found: list[dict[str, Any]] = []
        decoder, rest = json.JSONDecoder(), body.strip()
        while rest:
            try:
                one, end = decoder.raw_decode(rest)
            except ValueError:
                return 400, {"text": "Invalid data format", "code": 6, "invalid-event-number": len(found)}
            if one.get("index", "main") not in self.indexes:
                return 400, {"text": "Incorrect index", "code": 7, "invalid-event-number": len(found)}
            found.append(one)
            rest = rest[end:].lstrip()
        self.events += found
        return 200, {"text": "Success", "code": 0, **({"ackId": 7} if self.acknowledges else {})}


@dataclass
class Elastic:
    """Its bulk API; documents by their ids."""

    url: str = ""
    key: str = "bG9ja3N0ZXA6c2VjcmV0"
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    # By a part of a document: what its mapping refuses, or what comes at a bad moment.
    refusing: dict[str, int] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)

    def answer(self, path: str, headers: dict[str, str], body: str) -> Answer:
        self.paths.append(path)
        if headers.get("Authorization", "") != f"ApiKey {self.key}":
            return 401, {"error": {"type": "security_exception", "reason": "unable to authenticate"}}
        if path.endswith("?size=0&ignore_unavailable=true"):
            return 200, {"hits": {"hits": []}}
        if not path.endswith("/_bulk"):
            return 404, {"error": {"type": "index_not_found_exception"}}
        if not body.endswith("\n"):
            return 400, {
                "error": {"type": "illegal_argument_exception", "reason": "must be terminated by \\n"}
            }
        lines = body.splitlines()
        pairs = zip(lines[::2], lines[1::2], strict=True)
        items = [{"create": self._create(json.loads(action), line)} for action, line in pairs]
        return 200, {
            "took": 1,
            "errors": any(item["create"]["status"] > 299 for item in items),
            "items": items,
        }

    def _create(self, action: dict[str, Any], line: str) -> dict[str, Any]:
        identifier = action["create"]["_id"]
        for part, status in self.refusing.items():
            if part in line:
                error = {"type": "document_parsing_exception", "reason": "failed to parse"}
                return {"_id": identifier, "status": status, "error": error}
        if identifier in self.documents:
            return {"_id": identifier, "status": 409, "error": {"type": "version_conflict_engine_exception"}}
        self.documents[identifier] = json.loads(line)
        return {"_id": identifier, "status": 201, "result": "created"}


@contextmanager
def splunk(**options: Any) -> Iterator[Splunk]:
    server = Splunk(**options)
    with _http(server.answer) as url:
        server.url = url
        yield server


@contextmanager
def elastic(**options: Any) -> Iterator[Elastic]:
    server = Elastic(**options)
    with _http(server.answer) as url:
        server.url = url
        yield server


@contextmanager
def _http(answer: Callable[[str, dict[str, str], str], Answer]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            status, told = answer(self.path, dict(self.headers.items()), body)
            encoded = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(encoded)))
            self.end_headers()
            self.wfile.write(encoded)

        do_GET = do_POST

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with _serving(server):
        yield f"http://127.0.0.1:{server.server_port}"


def header_of(message: bytes) -> list[str]:
    """PRI and VERSION, time, host, application, process, kind."""
    return re.split(r" ", message.decode())[:6]
