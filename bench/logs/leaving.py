"""Verifying a log and taking it out."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid

from audit.integrity.verifying import verify
from bench.errors import BenchError
from bench.fill import TENANT
from project.environment import BASE_DIR

# A large log is verified for so long in each round: the rest goes at the same pace.
ROUNDS, SECONDS = 4, 10.0


def verified(tenant_id: uuid.UUID) -> float:
    """Events a second, of the best round."""
    return max(_verified(tenant_id) for _ in range(ROUNDS))


def _verified(tenant_id: uuid.UUID) -> float:
    begin = time.perf_counter()
    verdict = verify(tenant_id, enough=lambda: time.perf_counter() - begin > SECONDS)
    if not verdict.is_good:
        raise BenchError(f"The log is not whole: {verdict.findings[0]}")
    return verdict.count / (time.perf_counter() - begin)


def exported() -> tuple[float, float]:
    """Memory at its most, in MB, and seconds, of export_log writing the whole log."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "export_log", TENANT, "--format", "jsonl"],
        cwd=BASE_DIR,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise BenchError("export_log failed.")
    return usage.ru_maxrss * 1024 / 1e6, time.perf_counter() - begin
