"""What the bench reads of processes, by example."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bench import cpu, memory

# Computes for 0.2 s, says so, and waits until its input ends.
COMPUTES = "import sys, time\nwhile time.process_time() < 0.2: pass\nprint(flush=True); sys.stdin.read()"


def test_computing_is_counted_and_waiting_is_not() -> None:
    """In a group of its own: what ends in the suite's group meanwhile is not counted any more."""
    command = [sys.executable, "-c", COMPUTES]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, start_new_session=True) as computing:
        assert computing.stdout and computing.stdout.readline()

        counted = cpu.of_group(computing.pid)
        computing.communicate()

    assert 0.15 <= counted < 1


def test_memory_is_that_of_living_processes_in_megabytes() -> None:
    mine = memory.of_group(os.getpgid(0))

    assert 10 < mine.pss <= mine.rss < 10_000


def test_a_group_without_processes_has_nothing() -> None:
    nobody = memory.of_group(2**22 + 1)

    assert (nobody.rss, nobody.pss) == (0, 0)
    assert cpu.of_group(2**22 + 1) == pytest.approx(0)
