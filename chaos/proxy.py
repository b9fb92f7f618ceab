"""A TCP proxy that carries, refuses, resets, falls silent, or lies."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from enum import Enum
from types import TracebackType

PIECE = 65536
# Seconds after which a pump looks again what it is to do.
LOOK = 0.2
# SO_LINGER on, 0 seconds: closing sends a reset.
RESET = struct.pack("ii", 1, 0)


class Mood(Enum):
    CARRIES = "carries"
    REFUSES = "refuses connections"
    RESETS = "resets connections"
    SILENT = "accepts and never answers"
    LIES = "carries out and does not answer"


class Proxy:
    """Listens on `port` and connects to `upstream`, both of 127.0.0.1."""

    def __init__(self, upstream: int) -> None:
        self.upstream, self.mood = upstream, Mood.CARRIES
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._ended = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Proxy:
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Reset every connection there is."""
        with self._lock:
            found, self._open = list(self._open), set()
        for one in found:
            _reset(one)

    def turn(self, mood: Mood) -> None:
        self.mood = mood
        # After a silence or a lie a connection has missed something and is of no use any more.
        if mood in (Mood.REFUSES, Mood.RESETS, Mood.CARRIES):
            self.cut()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.mood in (Mood.REFUSES, Mood.RESETS):
                _reset(client)
                continue
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self.upstream), timeout=5)
        except OSError:
            _reset(client)
            return
        with self._lock:
            self._open |= {client, server}
        back = threading.Thread(target=self._pump, args=(server, client, True), daemon=True)
        back.start()
        self._pump(client, server, False)
        back.join()
        with self._lock:
            self._open -= {client, server}

    def _pump(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        """Until either end is gone. What a liar or a silent one does not carry is dropped."""
        source.settimeout(LOOK)
        while not self._ended.is_set():
            try:
                piece = source.recv(PIECE)
            except TimeoutError:
                continue
            except OSError:
                break
            if not piece:
                break
            if self.mood is Mood.SILENT or (self.mood is Mood.LIES and is_answer):
                continue
            try:
                sink.sendall(piece)
            except OSError:
                break
        for one in (source, sink):
            _close(one)


def _reset(one: socket.socket) -> None:
    with suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    _close(one)


def _close(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
