"""The histogram: events over time, coloured by outcome, as shares of the space that it has."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from audit.catalogue import Outcome

# Seconds. The first that needs no more than `MOST_BARS` is taken.
STEPS = (
    *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200),
    *(86400, 2 * 86400, 7 * 86400, 14 * 86400, 28 * 86400, 91 * 86400, 364 * 86400),
)
MOST_BARS = 96
MOST_TICKS = 9
HOUR, DAY = 3600, 86400
# From the ground up: what went well, what did not happen, what is to come, what went wrong.
COLOURS = ("green", "grey", "orange", "red")
WORDS = {"green": "Success", "grey": "Skipped or given up", "orange": "Will be retried", "red": "Failed"}
_COLOUR_OF: dict[str, str] = {
    Outcome.SUCCESS: "green",
    Outcome.DEFERRED: "orange",
    Outcome.RATE_LIMIT: "orange",
    Outcome.FAILURE: "red",
    Outcome.DENY: "red",
}
# A single failure among thousands must be seen: percent of the height.
LEAST = 2.5


@dataclass(frozen=True)
class Frame:
    """Bars of `step` seconds from `start` on; a bar begins at a round time of the clock."""

    start: datetime
    step: int
    size: int
    clock: tzinfo

    def place(self, moment: datetime) -> int:
        return int((moment - self.start).total_seconds() // self.step)

    def begin(self, place: int) -> datetime:
        return self.start + timedelta(seconds=self.step * place)

    @property
    def end(self) -> datetime:
        return self.begin(self.size)


@dataclass(frozen=True)
class Segment:
    colour: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    """`x` and `width` in percent, and what it counts, by colour."""

    since: datetime
    until: datetime
    counts: Counter[str]
    x: float
    width: float
    segments: Sequence[Segment]
    when: str
    url: str

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def parts(self) -> list[int]:
        """In the order of the table's columns."""
        return [self.counts[colour] for colour in COLOURS]

    @property
    def words(self) -> str:
        return ", ".join(
            f"{WORDS[colour].lower()} {self.counts[colour]:,}" for colour in COLOURS if self.counts[colour]
        )


@dataclass(frozen=True)
class Tick:
    """`spare` ones are left out where there is little room."""

    x: float
    text: str
    anchor: str
    spare: bool


@dataclass(frozen=True)
class Chart:
    """`known_from` in percent: left of it nothing was counted."""

    frame: Frame
    bars: Sequence[Bar]
    ticks: Sequence[Tick]
    top: int
    totals: Counter[str]
    known_from: float = 0.0

    @property
    def total(self) -> int:
        return self.totals.total()

    @property
    def legend(self) -> list[tuple[str, str, int]]:
        return [(colour, WORDS[colour], self.totals[colour]) for colour in COLOURS if self.totals[colour]]


def frame(start: datetime, end: datetime, clock: tzinfo, *, least: int = 1) -> Frame:
    """Of steps of at least so many seconds, that hold both ends."""
    seconds = max((end - start).total_seconds(), 1)
    step = next((step for step in STEPS if step >= least and seconds / step < MOST_BARS), STEPS[-1])
    ahead = (clock.utcoffset(start) or timedelta()).total_seconds()
    first = math.floor((start.timestamp() + ahead) / step) * step - ahead
    size = max(math.ceil((end.timestamp() - first) / step), 1)
    return Frame(datetime.fromtimestamp(first, UTC), step, size, clock)


def chart(
    frame: Frame,
    counts: Iterable[tuple[datetime, str, int]],
    *,
    link: Callable[[datetime, datetime], str],
    known_from: datetime | None = None,
) -> Chart:
    """`counts` are moments, outcomes and numbers, in any order; `link` leads to a span of time."""
    places: defaultdict[int, Counter[str]] = defaultdict(Counter)
    totals: Counter[str] = Counter()
    for moment, result, number in counts:
        colour = _COLOUR_OF.get(result, "grey")
        places[min(max(frame.place(moment), 0), frame.size - 1)][colour] += number
        totals[colour] += number
    top = _round_up(max((found.total() for found in places.values()), default=0))
    bars = [_bar(frame, place, places[place], top, link) for place in sorted(places)]
    edge = max((known_from - frame.start).total_seconds() / frame.step / frame.size, 0) if known_from else 0
    return Chart(frame, bars, _ticks(frame), top, totals, round(edge * 100, 2))


def _bar(
    frame: Frame, place: int, counts: Counter[str], top: int, link: Callable[[datetime, datetime], str]
) -> Bar:
    segments, ground = [], 100.0
    for colour in COLOURS:
        if number := counts[colour]:
            height = max(number / top * 100, LEAST)
            ground -= height
            segments.append(Segment(colour, round(max(ground, 0), 2), round(height, 2)))
    width = 100 / frame.size
    since, until = frame.begin(place), frame.begin(place + 1)
    x, wide = round(place * width, 3), round(width * 0.86, 3)
    return Bar(since, until, counts, x, wide, segments, _when(frame, since, until), link(since, until))


def _when(frame: Frame, since: datetime, until: datetime) -> str:
    """`25 Nov, 10:00 to 12:00`"""
    first, last = since.astimezone(frame.clock), until.astimezone(frame.clock)
    if frame.step >= DAY:
        return f"{first.day} {first:%b %Y}"
    shape = "%H:%M:%S" if frame.step < 60 else "%H:%M"
    return f"{first.day} {first:%b}, {first:{shape}} to {last:{shape}}"


def _ticks(frame: Frame) -> list[Tick]:
    """At round times of the clock: at midnight, where a bar is some hours."""
    length = frame.step * frame.size
    step = next((step for step in STEPS if step >= frame.step and length / step <= MOST_TICKS), STEPS[-1])
    ahead = (frame.clock.utcoffset(frame.start) or timedelta()).total_seconds()
    first = math.ceil((frame.start.timestamp() + ahead) / step) * step - ahead - frame.start.timestamp()
    places = [first + step * number for number in range(MOST_TICKS + 1)]
    return [
        Tick(
            round(place / length * 100, 2),
            _tick_text(frame, step, frame.start + timedelta(seconds=place)),
            "start" if place / length < 0.03 else "middle",
            number % 2 == 1,
        )
        for number, place in enumerate(places)
        if place / length < 0.96
    ]


def _tick_text(frame: Frame, step: int, moment: datetime) -> str:
    local = moment.astimezone(frame.clock)
    day = f"{local.day} {local:%b}"
    if step >= DAY:
        return f"{day} {local:%Y}" if frame.step * frame.size > 360 * DAY else day
    if step < 60:
        return f"{local:%H:%M:%S}"
    return day if (local.hour, local.minute) == (0, 0) else f"{local:%H:%M}"


def _round_up(number: int) -> int:
    """To a number that is good to read at the top of an axis."""
    if number <= 4:
        return max(number, 1)
    size = 10 ** (len(str(number)) - 1)
    return int(next(size * part for part in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if size * part >= number))
