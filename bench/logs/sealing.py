"""How quick the sealer is, and how soon after its commit an event is visible."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import quantiles
from typing import IO

from audit import sealing
from audit.models import Event, Head, Pending
from audit.services import pending
from bench.errors import BenchError
from bench.logs import synthetic
from bench.servers import wait_for
from lib.bulk import write
from lib.processes import end_with_parent
from project.environment import BASE_DIR

ROUNDS, WAITING = 4, 3_000
SECONDS = 6.0
LOOK = 0.01


def rate(tenant_id: uuid.UUID) -> float:
    """Events a second, of a log that is as large as it is: of the best round."""
    return max(_round(tenant_id) for _ in range(ROUNDS))


def _round(tenant_id: uuid.UUID) -> float:
    now = datetime.now(UTC)
    entries = (entry for entry, _ in synthetic.happened(WAITING, now))
    write(pending(tenant_id, entry, now) for entry in entries)
    begin = time.perf_counter()
    sealing.seal(tenant_id, most=None)
    return WAITING / (time.perf_counter() - begin)


def lag(tenant_id: uuid.UUID) -> tuple[float, int]:
    """The 95th percentile in milliseconds, and how many events were written a second."""
    with tempfile.TemporaryFile() as told, _process("bench.logs.running"):
        _wait_for_the_sealer(tenant_id)
        with _process("bench.logs.writing", str(tenant_id), str(SECONDS), out=told) as writers:
            seen = _watch(tenant_id, writers)
        told.seek(0)
        committed = {uuid.UUID(name): at for line in told for name, at in json.loads(line).items()}
    missing = committed.keys() - seen.keys()
    if missing or not committed:
        raise BenchError(f"{len(missing)} of {len(committed)} events were not sealed.")
    lags = [1000 * (seen[name] - moment) for name, moment in committed.items()]
    return quantiles(lags, n=20)[-1], round(len(committed) / SECONDS)


def _wait_for_the_sealer(tenant_id: uuid.UUID) -> None:
    ((entry, moment),) = synthetic.happened(1, datetime.now(UTC))
    write([pending(tenant_id, entry, moment)])
    waiting = Pending.objects.filter(tenant_id=tenant_id)
    wait_for(lambda: not waiting.exists(), "The sealer", seconds=60)


def _watch(tenant_id: uuid.UUID, writers: subprocess.Popen[bytes]) -> dict[uuid.UUID, float]:
    """When each event could be read, until the writers are done and all is sealed."""
    seen: dict[uuid.UUID, float] = {}
    last, is_over = Head.objects.get(tenant_id=tenant_id).seq, False
    events = Event.objects.filter(tenant_id=tenant_id).order_by("seq")
    while not is_over:
        ended = writers.poll() is not None
        # Asked before the last look, which then sees everything.
        is_over = ended and not Pending.objects.filter(tenant_id=tenant_id).exists()
        rows = list(events.filter(seq__gt=last).values_list("seq", "uuid"))
        now = time.time()
        for seq, name in rows:
            last, seen[name] = seq, now
        time.sleep(LOOK)
    return seen


@contextmanager
def _process(module: str, *arguments: str, out: IO[bytes] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=BASE_DIR,
        stdout=out or subprocess.DEVNULL,
        preexec_fn=end_with_parent(signal.SIGTERM),
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        finally:
            process.kill()
            process.wait()
