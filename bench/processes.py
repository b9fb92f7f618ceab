"""Finding the processes of a group (proc(5))."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def of_group(group: int) -> Iterator[tuple[Path, list[str]]]:
    """The folder of each in /proc, with the fields of its `stat` after the name."""
    for folder in Path("/proc").glob("[0-9]*"):
        fields = _stat(folder)
        if fields and int(fields[2]) == group:
            yield folder, fields


def _stat(folder: Path) -> list[str]:
    try:
        # The name in brackets may hold blanks.
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
