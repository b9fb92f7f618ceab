"""Searching the log, for every door: filters in Okta's grammar, keywords, spans of time.

`narrow(events, filter=..., q=..., since=..., until=...)` is all that most callers need. What it refuses it
names: `InvalidSearch.problems`, each with the parameter, a sentence, and where in its text it is.
"""

from audit.search.attributes import ATTRIBUTES, OPEN, Attribute
from audit.search.filters import OPERATORS, check_filter
from audit.search.keywords import as_beginnings
from audit.search.narrowing import narrow
from audit.search.problems import InvalidSearch, Kind, Problem
from audit.search.times import read_time

__all__ = [
    "ATTRIBUTES",
    "OPEN",
    "OPERATORS",
    "Attribute",
    "InvalidSearch",
    "Kind",
    "Problem",
    "as_beginnings",
    "check_filter",
    "narrow",
    "read_time",
]
