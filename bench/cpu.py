"""Time that processes computed, which a busy machine stretches less than the time that passed."""

from __future__ import annotations

import os

from bench import processes

# Where proc(5) has utime and stime, counted from the field after the name.
USER, SYSTEM = 11, 12


def of_group(group: int) -> float:
    """Seconds, of all living processes of a process group together."""
    ticks = sum(int(fields[USER]) + int(fields[SYSTEM]) for _, fields in processes.of_group(group))
    return ticks / os.sysconf("SC_CLK_TCK")
