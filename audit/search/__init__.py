"""Searching the log, for every door: filters in Okta's grammar, keywords, spans of time.

`narrow(events, filter=..., q=..., since=..., until=...)` is all that most callers need. What it refuses it
names: `InvalidSearch.problems`, each with the parameter, a sentence, and where in its text it is. `poll` and
`span` give pages of what it found.
"""

from audit.search.attributes import ATTRIBUTES, OPEN, Attribute
from audit.search.cursors import Cursor, Order, read_cursor, write_cursor
from audit.search.filters import OPERATORS, check_filter
from audit.search.keywords import as_beginnings
from audit.search.narrowing import narrow
from audit.search.pages import Page, before, end_of, poll, span
from audit.search.problems import InvalidSearch, Kind, Problem
from audit.search.times import read_time

__all__ = [
    "ATTRIBUTES",
    "OPEN",
    "OPERATORS",
    "Attribute",
    "Cursor",
    "InvalidSearch",
    "Kind",
    "Order",
    "Page",
    "Problem",
    "as_beginnings",
    "before",
    "check_filter",
    "end_of",
    "narrow",
    "poll",
    "read_cursor",
    "read_time",
    "span",
    "write_cursor",
]
