"""Servers that do one thing wrong, which a real one cannot be brought to do on demand."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def silent() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@contextmanager
def refusing_login() -> Iterator[int]:
    """The port of a server that refuses every password, in PostgreSQL's words (its manual, chapter 55)."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_refuse, args=[listener])
        thread.start()
        yield listener.getsockname()[1]
    thread.join()


def _refuse(listener: socket.socket) -> None:
    listener.settimeout(10)
    connection, _ = listener.accept()
    with connection:
        connection.recv(65_536)  # who it is
        connection.sendall(b"R" + struct.pack("!ii", 8, 3))  # the password, please
        connection.recv(65_536)
        fields = b'SFATAL\0C28P01\0Mpassword authentication failed for user "app"\0\0'
        connection.sendall(b"E" + struct.pack("!i", 4 + len(fields)) + fields)
