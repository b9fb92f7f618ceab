"""What the bench reads of processes, by the example of this one."""

from __future__ import annotations

import os
import time

import pytest

from bench import cpu, memory


def test_computing_is_counted_and_waiting_is_not() -> None:
    before = cpu.of_group(os.getpgid(0))

    until = time.process_time() + 0.2
    while time.process_time() < until:
        pass

    assert cpu.of_group(os.getpgid(0)) - before >= 0.15


def test_memory_is_that_of_living_processes_in_megabytes() -> None:
    mine = memory.of_group(os.getpgid(0))

    assert 10 < mine.pss <= mine.rss < 10_000


def test_a_group_without_processes_has_nothing() -> None:
    nobody = memory.of_group(2**22 + 1)

    assert (nobody.rss, nobody.pss) == (0, 0)
    assert cpu.of_group(2**22 + 1) == pytest.approx(0)
