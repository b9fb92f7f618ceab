"""Filters of the log: Okta's grammar, on the one compiler of filters that there is."""

from __future__ import annotations

import re

from django.db.models import Q

from audit.search.attributes import attribute_of
from audit.search.columns import Unsupported, column_of
from audit.search.problems import InvalidSearch, Kind, Problem
from lib.filters import FilterError, Path, UnknownOperator, parse_filter
from lib.filters.queries import Column, Elements, compile_filter

# In the order in which a list of them is shown.
OPERATORS = ("eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "pr")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")


class _UnknownField(FilterError):
    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} at character {path.position + 1} is no attribute to filter by.", path.position
        )
        self.attribute = str(path)


def filter_condition(text: str) -> Q:
    """The filter as a condition on events; of a blank one, one that all fulfil. Raises InvalidSearch."""
    if not text.strip():
        return Q()
    try:
        return compile_filter(parse_filter(text, _read_path), _column, _no_elements)
    except FilterError as error:
        raise InvalidSearch(_problem(error)) from error


def check_filter(text: str) -> Problem | None:
    """What is wrong with a filter, while it is being written."""
    try:
        filter_condition(text)
    except InvalidSearch as invalid:
        return invalid.problems[0]
    return None


def _read_path(word: str) -> Path | None:
    return Path(None, word) if _NAME.fullmatch(word) else None


def _column(path: Path) -> Column:
    attribute = attribute_of(path.name)
    if attribute is None:
        raise _UnknownField(path)
    return column_of(attribute)


def _no_elements(path: Path) -> Elements | None:
    place = path.position + len(path.name)
    raise FilterError(
        f"Did not expect [ at character {place + 1}: write {path}.<part> for a part of any element.", place
    )


def _problem(error: FilterError) -> Problem:
    message = str(error)
    match error:
        case UnknownOperator(word=word):
            return Problem("filter", Kind.SYNTAX, message, error.position, operator=word)
        case _UnknownField(attribute=attribute):
            return Problem("filter", Kind.FIELD, message, error.position, attribute)
        case Unsupported(attribute=attribute, op=op):
            return Problem("filter", Kind.COMBINATION, message, error.position, attribute, op)
    return Problem("filter", Kind.SYNTAX, message, error.position)
