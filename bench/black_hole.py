"""A broker that accepts and never answers: requests do not feel it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bench.directories import Addresses, busy
from bench.goals import Goal, Line, slowest_beside
from bench.load import in_turns
from bench.traffic import creates

P99 = Goal(1.2)
FEW = 100


def measure(at: Addresses, *, rounds: int, seconds: int) -> Line:
    """The same directory twice, beside Redis and beside the black hole, in turns."""
    with (
        _black_hole() as nowhere,
        busy(at, FEW, group_sizes=()) as usual,
        busy(Addresses(at.postgres, nowhere), FEW, group_sizes=()) as on,
    ):
        measured = in_turns(
            {"usual": creates(usual), "black hole": creates(on)}, rounds=rounds, seconds=seconds
        )
    work = "POST /Users beside a broker that never answers, p99"
    return slowest_beside(work, FEW, measured["black hole"], measured["usual"], P99, name="Redis")


@contextmanager
def _black_hole() -> Iterator[str]:
    """The URL of a socket that accepts connections, reads nothing and never answers."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            try:
                while True:
                    held.append(server.accept()[0])
            except OSError:
                return

        threading.Thread(target=accept, daemon=True).start()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        server.shutdown(socket.SHUT_RDWR)
    for connection in held:
        connection.close()
