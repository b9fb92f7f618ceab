"""Runs and prints the verdict of each place.

python -m chaos         MINUTES=10 in all, SEED=1 chooses the faults, ON=sqlite,postgres-redis some places
"""

from __future__ import annotations

import os
import random
import signal
import sys

from chaos.run import PLACES, run
from tests.programs import Missing


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    seed = int(os.environ.get("SEED") or random.randrange(10_000))
    names = (os.environ.get("ON") or ",".join(PLACES)).split(",")
    if unknown := set(names) - set(PLACES):
        sys.exit(f"ON must be among {', '.join(PLACES)}, not {', '.join(sorted(unknown))}.")
    seconds = 60 * float(os.environ.get("MINUTES") or 4) / len(names)
    lost = 0
    try:
        for name in names:
            outcome = run(PLACES[name], seconds=seconds, seed=seed)
            print(f"{outcome.told}\n", flush=True)
            lost += len(outcome.verdict.mismatches)
    except Missing as error:
        sys.exit(str(error))
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
