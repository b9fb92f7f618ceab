"""The question that all doors ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from django.db.models import Q

from audit.models import EventQuerySet
from audit.search.filters import filter_condition
from audit.search.keywords import keyword_condition
from audit.search.problems import InvalidSearch, Problem
from audit.search.times import read_time

Answer = TypeVar("Answer")
ORDER = ("filter", "q", "since", "until")
# So many events are looked at, and one in so many is often: then a page is soon full.
SAMPLE, MANY = 2_000, 400


def narrow(
    events: EventQuerySet, *, filter: str = "", q: str = "", since: str = "", until: str = ""
) -> EventQuerySet:
    """Those of the events that were published at `since` or later and before `until`, and fulfil the rest.

    `filter` is Okta's grammar with Okta's names; `q` are keywords, of which each must occur, and one with a
    star at its end is the beginning of a word. All four as they were written; blank is as good as absent,
    and then nothing is narrowed. The order is left as it is. Raises InvalidSearch, with one problem for each
    of the four that is wrong.
    """
    problems: list[Problem] = []

    def read(text: str, reader: Callable[[str], Answer]) -> Answer | None:
        try:
            return reader(text)
        except InvalidSearch as invalid:
            problems.extend(invalid.problems)
            return None

    condition = read(filter, filter_condition)
    first = read(since, lambda text: read_time(text, "since"))
    end = read(until, lambda text: read_time(text, "until"))
    between = _between(events, first, end)
    words = read(q, lambda text: keyword_condition(text, are_common=partial(_are_common, between)))
    if problems:
        raise InvalidSearch(*sorted(problems, key=lambda problem: ORDER.index(problem.parameter)))
    return between.filter(condition or Q(), words or Q())


def _are_common(events: EventQuerySet, condition: Q) -> bool:
    """Whether many of the newest fulfil it."""
    newest = events.order_by("-published", "-seq").values_list("published", flat=True)
    edge = list(newest[SAMPLE : SAMPLE + 1])
    if not edge:
        return True
    return events.filter(condition, published__gte=edge[0]).count() >= SAMPLE // MANY


def _between(events: EventQuerySet, since: datetime | None, until: datetime | None) -> EventQuerySet:
    if since is not None:
        events = events.filter(published__gte=since)
    if until is not None:
        events = events.filter(published__lt=until)
    return events
