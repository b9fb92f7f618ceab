"""Resident memory, as the kernel counts it (proc(5))."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench import processes


@dataclass(frozen=True)
class Memory:
    """In MB, a million bytes. `rss` counts a page that two processes share twice, `pss` once."""

    rss: float
    pss: float


def of_group(group: int) -> Memory:
    """All processes of a process group together."""
    rollups = [_rollup(folder) for folder, _ in processes.of_group(group)]
    return Memory(*(sum(rollup[name] for rollup in rollups) * 1024 / 1e6 for name in ("Rss:", "Pss:")))


def _rollup(folder: Path) -> dict[str, int]:
    """Kibibytes by name."""
    lines = (folder / "smaps_rollup").read_text().splitlines()[1:]
    return {line.split()[0]: int(line.split()[1]) for line in lines}
