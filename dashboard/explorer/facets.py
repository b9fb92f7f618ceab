"""Facets: which values occur, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from audit.log_event import SubjectType
from dashboard.events import Line
from dashboard.explorer.chips import KIND, KINDS, RESULT, TYPE, Chip
from dashboard.explorer.sampling import Sample
from dashboard.explorer.state import State
from dashboard.explorer.tallies import Tallies

MOST = 15
SHOWN = 5
# More than there are.
MOST_TYPES = 1_000


@dataclass(frozen=True)
class Choice:
    """One value. `share` of the most frequent one, in percent; `chip` if it is chosen already."""

    chip: Chip
    count: int
    share: float
    chosen: bool
    url: str
    out_url: str

    @property
    def label(self) -> str:
        return self.chip.label

    @property
    def has_dots(self) -> bool:
        """A name whose end says the most."""
        return self.chip.field == TYPE


@dataclass(frozen=True)
class Facet:
    title: str
    key: str
    choices: Sequence[Choice]

    @property
    def first(self) -> Sequence[Choice]:
        return self.choices[:SHOWN]

    @property
    def first_size(self) -> int:
        return len(self.first)

    @property
    def rest(self) -> Sequence[Choice]:
        return self.choices[SHOWN:]


def _parties(type: SubjectType) -> Callable[[Line], Iterator[str]]:
    def names(line: Line) -> Iterator[str]:
        yield from {
            subject["displayName"] for subject in line.document["target"] or [] if subject["type"] == type
        }

    return names


def _kinds(event_type: str) -> Iterator[str]:
    for key, (_, starts) in KINDS.items():
        if event_type.startswith(starts):
            yield key


def _by_kind(exact: Tallies) -> list[tuple[str, int]]:
    counter: Counter[str] = Counter()
    for event_type, count in exact.by(TYPE, MOST_TYPES):
        for kind in _kinds(event_type):
            counter[kind] += count
    return counter.most_common()


# The title, the attribute, and its values in an event.
FACETS: Sequence[tuple[str, str, Callable[[Line], Iterable[str | None]]]] = (
    ("Outcome", RESULT, lambda line: [line.event.result]),
    ("Kind", KIND, lambda line: _kinds(line.event.event_type)),
    ("Event type", TYPE, lambda line: [line.event.event_type]),
    ("Severity", "severity", lambda line: [line.event.severity]),
    ("Actor", "actor.displayName", lambda line: [line.actor]),
    ("Target", "target.displayName", _parties(SubjectType.APP)),
    ("User", "target.displayName", _parties(SubjectType.USER)),
    ("Group", "target.displayName", _parties(SubjectType.GROUP)),
    ("Address", "client.ipAddress", lambda line: [line.client.get("ipAddress")]),
)


def facets(state: State, sampled: Sample, exact: Tallies | None) -> list[Facet]:
    """Those with something to choose. Exact where the hours are counted, else within the sample."""
    found = []
    for title, field, values in FACETS:
        if exact and field in {RESULT, TYPE, KIND}:
            counts = _by_kind(exact) if field == KIND else exact.by(field, MOST)
        else:
            counter = Counter(value for line in sampled.lines for value in values(line) if value)
            counts = counter.most_common(MOST)
        if choices := _choices(state, field, counts):
            found.append(Facet(title, title.lower().replace(" ", "-"), choices))
    return found


def _choices(state: State, field: str, counts: list[tuple[str, int]]) -> list[Choice]:
    most = max((count for _, count in counts), default=1)
    return [_choice(state, Chip(field, value), count, most) for value, count in counts]


def _choice(state: State, chip: Chip, count: int, most: int) -> Choice:
    chosen = chip in state.chips
    return Choice(
        chip,
        count,
        round(count / most * 100, 1),
        chosen,
        (state.without_chip(chip) if chosen else state.with_chip(chip)).url(),
        state.with_chip(replace(chip, out=True)).url(),
    )
