"""Resident memory, as the kernel counts it (proc(5))."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Memory:
    """In MiB. `rss` counts a page that two processes share twice, `pss` once."""

    rss: float
    pss: float


def of_group(group: int) -> Memory:
    """All processes of a process group together."""
    rollups = [_rollup(folder) for folder in Path("/proc").glob("[0-9]*") if _group(folder) == group]
    return Memory(*(sum(rollup[name] for rollup in rollups) / 1024 for name in ("Rss:", "Pss:")))


def _group(folder: Path) -> int | None:
    try:
        # The name in brackets may hold blanks; the group is the third field after it.
        return int((folder / "stat").read_text().rpartition(")")[2].split()[2])
    except (FileNotFoundError, ProcessLookupError):
        return None


def _rollup(folder: Path) -> dict[str, int]:
    """Kibibytes by name."""
    lines = (folder / "smaps_rollup").read_text().splitlines()[1:]
    return {line.split()[0]: int(line.split()[1]) for line in lines}
