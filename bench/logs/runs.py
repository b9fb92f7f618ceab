"""Filling and measuring one log, each in a process of its own."""

from __future__ import annotations

import json
import sys

from bench import directories, servers
from bench.logs.figures import Figure, Measured, report
from bench.stage import Stage

__all__ = ["measure", "report"]


def measure(on: Stage, events: int) -> Measured:
    token = json.loads(servers.run(["bench.logs.filling", str(events)], on.real))["token"]
    if "DATABASE_URL" in on.real:
        directories.settle(on.real)
    print(f"{on.name}: a log of {events:,} events is there.", file=sys.stderr)
    found = json.loads(servers.run(["bench.logs.measuring", token], on.real))
    return on.name, events, [Figure(**figure) for figure in found]
