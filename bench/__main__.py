"""Measures on SQLite and on PostgreSQL and prints the tables.

python -m tests.servers -- python -m bench        SIZE=quick for a rough look
"""

from __future__ import annotations

import os
import signal
import sys
from statistics import median

from bench import directories, load, stage
from bench.deliveries import FULL, QUICK, measure
from bench.errors import BenchError
from bench.figures import report

SIZES = {"quick": QUICK, "full": FULL}


def first(users: int) -> None:
    addresses = (os.environ["LOCKSTEP_TEST_POSTGRES"], os.environ["LOCKSTEP_TEST_REDIS"])
    with directories.directory(*addresses, users) as on, directories.floor(addresses[0]) as floor:
        loads = {"floor": floor, "create": on.creates(), "look up": on.look_ups(), "page": on.pages()}
        rates = load.in_turns(loads, rounds=5, seconds=4, warm_up=2)
    for name, measured in rates.items():
        ratio = median(measured) / median(rates["floor"])
        print(f"{name:10} {median(measured):8.0f}/s {ratio:6.2f}   {[round(one) for one in measured]}")


def main() -> None:
    name = os.environ.get("SIZE") or "full"
    # Leave through every `finally`, so that nothing stays behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        load.program()
        if name in ("100", "100k", "1m"):
            first({"100": 100, "100k": 100_000, "1m": 1_000_000}[name])
            return
        with stage.sqlite() as on:
            figures = [measure(on, SIZES[name])]
        addresses = (os.environ["LOCKSTEP_TEST_POSTGRES"], os.environ["LOCKSTEP_TEST_REDIS"])
        with stage.postgresql(*addresses) as on:
            figures.append(measure(on, SIZES[name]))
    except BenchError as error:
        sys.exit(f"The bench failed: {error}")
    print(report(figures))


if __name__ == "__main__":
    main()
