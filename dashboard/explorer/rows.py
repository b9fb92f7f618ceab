"""The rows of the table: an event in the columns that were chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.events import Line
from dashboard.explorer.columns import COLUMNS, Column
from dashboard.explorer.opened import Opened
from dashboard.explorer.state import State


@dataclass(frozen=True)
class Cell:
    key: str
    column: Column
    text: str
    value: str


@dataclass(frozen=True)
class Row:
    """`opened` if it is the one that is open."""

    line: Line
    cells: Sequence[Cell]
    moment: datetime
    url: str
    opened: Opened | None

    @property
    def day(self) -> str:
        return f"{self.moment.day} {self.moment:%b}"

    @property
    def time(self) -> str:
        return f"{self.moment:%H:%M:%S}.{self.moment.microsecond // 1000:03}"

    @property
    def full(self) -> str:
        return f"{self.moment:%Y-%m-%d %H:%M:%S %Z}"


def rows(lines: Iterable[Line], state: State, opened: Opened | None) -> list[Row]:
    return [_row(line, state, opened) for line in lines]


def _row(line: Line, state: State, opened: Opened | None) -> Row:
    uuid = str(line.event.uuid)
    is_open = opened is not None and opened.line.event.uuid == line.event.uuid
    url = state.but(event="" if is_open else uuid, tab="").url()
    cells = [_cell(key, line) for key in state.columns]
    moment = line.event.published.astimezone(state.clock)
    return Row(line, cells, moment, url, opened if is_open else None)


def _cell(key: str, line: Line) -> Cell:
    column = COLUMNS[key]
    text = column.text(line)
    return Cell(key, column, text, line.event.result if key == "outcome" else text)
